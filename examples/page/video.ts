/** Shows a stream in a video, or takes the video away when there is none. */
export function showStream(video: HTMLVideoElement, stream: MediaStream | undefined): void {
  video.srcObject = stream ?? null
  video.hidden = !stream
}
