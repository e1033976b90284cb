import { CallFault } from './types';

/** Ask for the microphone, prepared for a conversation. Throws CallFault. */
export async function openMicrophone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch {
    throw new CallFault('microphone');
  }
}

/** The browser's sign that somebody listens goes out with the last track. */
export function closeMicrophone(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
