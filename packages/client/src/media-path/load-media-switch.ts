import type { MediaSwitch, MediaSwitchOptions } from './media-switch.ts'

/** Makes what moves a call through the media server. */
export type CreateMediaSwitch = (options: MediaSwitchOptions) => MediaSwitch

/** Loads it, for calls that go there. */
export type LoadMediaSwitch = () => Promise<CreateMediaSwitch>

/** With a bundler that splits, a script of its own. */
export async function loadMediaSwitch(): Promise<CreateMediaSwitch> {
  return (await import('./media-switch.ts')).createMediaSwitch
}
