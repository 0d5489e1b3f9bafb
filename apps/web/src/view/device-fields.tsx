import type { DeviceInfo } from '../state/ports.ts'
import type { LocalMedia } from '../state/local-media.ts'
import { canChooseSpeaker } from '../browser/media.ts'
import { useWords } from './app-context.ts'

/** Choice of microphone, camera and, where the browser can, speaker. */
export function DeviceFields({ local }: { local: LocalMedia }) {
  const words = useWords()
  return (
    <div class="device-fields">
      <DeviceField local={local} kind="audioinput" label={words.microphone} />
      <DeviceField local={local} kind="videoinput" label={words.camera} />
      {canChooseSpeaker && <DeviceField local={local} kind="audiooutput" label={words.speaker} />}
    </div>
  )
}

interface DeviceFieldProps {
  local: LocalMedia
  kind: MediaDeviceKind
  label: string
}

function DeviceField({ local, kind, label }: DeviceFieldProps) {
  const words = useWords()
  const devices = local.devices.value.filter((device) => device.kind === kind)
  const isEmpty = devices.length === 0
  const isChoosable = devices.some((device) => device.deviceId !== '')
  return (
    <label class="device-field">
      <span>{label}</span>
      <select
        data-testid={`device-${kind}`}
        disabled={!isChoosable}
        value={chosenIn(devices, currentId(local, kind))}
        onChange={(event) => void local.choose(kind, event.currentTarget.value)}
      >
        {!isChoosable && <option value="">{isEmpty ? words.noDevice : words.standard}</option>}
        {isChoosable &&
          devices.map((device, index) => (
            <option key={device.deviceId} value={device.deviceId}>
              {device.label || words.deviceNumber(label, index + 1)}
            </option>
          ))}
      </select>
    </label>
  )
}

/** What is really open, else what was chosen. */
function currentId(local: LocalMedia, kind: MediaDeviceKind): string | undefined {
  if (kind === 'audiooutput') return local.speakerId.value
  const source = kind === 'audioinput' ? local.microphone : local.camera
  const state = source.state.value
  const chosen = source.deviceId.value
  return state.name === 'on' ? (state.track.getSettings().deviceId ?? chosen) : chosen
}

function chosenIn(devices: DeviceInfo[], id: string | undefined): string {
  const found = devices.find((device) => device.deviceId === id) ?? devices[0]
  return found?.deviceId ?? ''
}
