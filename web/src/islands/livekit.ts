import { Room, RoomEvent, Track, type RemoteParticipant } from 'livekit-client';
import { watchLoudness } from './loudness';
import { closeMicrophone, openMicrophone } from './microphone';
import { Transcript, type Utterance } from './transcript';
import { CallFault, type Connect } from './types';

/** A room at LiveKit, in which the agent is the participant "server" and tells what is said as JSON. */
const AGENT = 'server';
const LAST_WORDS_MS = 500; // what the agent said last may still be on its way when it leaves

interface Frame { event_type?: string; transcript?: Utterance[] }

export const connect: Connect = async (ticket, events) => {
  const { accessToken } = ticket.webCall as { accessToken: string };
  const room = new Room();
  const speaker = new Audio();
  const watches: (() => void)[] = [];
  const transcript = new Transcript((line) => events.line(line));
  let microphone: MediaStream | null = null;
  let muted = false;
  let live = false;
  let over = false;

  function finish(fault?: CallFault): void {
    if (over) return;
    over = true;
    for (const end of watches) end();
    closeMicrophone(microphone);
    speaker.srcObject = null;
    transcript.close();
    fault ? events.fail(fault) : events.status('ended');
    void room.disconnect();
  }
  function play(stream: MediaStream): void {
    speaker.autoplay = true;
    speaker.srcObject = stream;
    watches.push(watchLoudness(stream, (level) => events.level('agent', level)));
  }
  function take(data: Uint8Array, from?: RemoteParticipant): void {
    if (from?.identity !== AGENT) return;
    const frame = JSON.parse(new TextDecoder().decode(data)) as Frame;
    if (frame.event_type === 'update' && frame.transcript) transcript.update(frame.transcript);
  }

  room
    .on(RoomEvent.TrackSubscribed, (track) => track.kind === Track.Kind.Audio && play(new MediaStream([track.mediaStreamTrack])))
    .on(RoomEvent.ActiveSpeakersChanged, (speakers) => events.speaking(speakers.some(({ identity }) => identity === AGENT)))
    .on(RoomEvent.DataReceived, take)
    .on(RoomEvent.ParticipantDisconnected, ({ identity }) => identity === AGENT && window.setTimeout(finish, LAST_WORDS_MS))
    .on(RoomEvent.Disconnected, () => finish(live ? undefined : new CallFault('network')));

  return {
    async start() {
      microphone = await openMicrophone();
      if (over) return closeMicrophone(microphone);
      watches.push(watchLoudness(microphone, (level) => events.level('caller', muted ? 0 : level)));
      await room.connect(ticket.webCallUrl, accessToken);
      const [track] = microphone.getAudioTracks();
      await room.localParticipant.publishTrack(track!, { source: Track.Source.Microphone });
      live = true;
      events.status('live');
    },
    async stop() {
      finish();
    },
    mute(value) {
      muted = value;
      for (const track of microphone?.getAudioTracks() ?? []) track.enabled = !value;
    },
  };
};
