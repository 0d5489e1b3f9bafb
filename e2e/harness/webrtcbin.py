"""Publishes by WHIP or plays by WHEP with GStreamer's webrtcbin, until SIGTERM.

webrtcbin.py publish|play ADDRESS TOKEN CODEC, with CODEC VP8 or H264. Prints a line of JSON five times
a second: the state of the connection, the frames that were decoded and how many of them differed from
the one before, their size, and how loud the sound is (0 to 1).
"""

import json
import signal
import sys
import urllib.parse
import urllib.request
import zlib

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

ENCODERS = {
    "VP8": "vp8enc deadline=1 target-bitrate=500000 keyframe-max-dist=3000 ! rtpvp8pay",
    "H264": "x264enc tune=zerolatency speed-preset=ultrafast bitrate=500 key-int-max=3000"
    " ! video/x-h264,profile=constrained-baseline ! h264parse ! rtph264pay config-interval=-1",
}
DECODERS = {
    "VP8": "rtpvp8depay ! vp8dec",
    "H264": "rtph264depay ! h264parse ! openh264dec",
    "OPUS": "rtpopusdepay ! opusdec ! audioconvert",
}
FORMATS = {"VP8": "", "H264": ",packetization-mode=(string)1,profile-level-id=(string)42e01f"}
SOURCES = """
webrtcbin name=peer bundle-policy=max-bundle
videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1
  ! {encoder} ! {video} ! peer.
audiotestsrc is-live=true freq=440 ! opusenc ! rtpopuspay ! {audio} ! peer.
"""
VIDEO = "application/x-rtp,media=video,clock-rate=90000,payload=96,rtcp-fb-nack-pli=(boolean)true"
AUDIO = "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=97"


class Client:
    def __init__(self, kind, address, token, codec):
        self.kind, self.address, self.token, self.codec = kind, address, token, codec
        self.session = None
        self.last = None
        self.report = {"state": "new", "frames": 0, "changed": 0, "width": 0, "height": 0, "loudness": 0}
        self.loop = GLib.MainLoop()
        video = f"{VIDEO},encoding-name={codec}"
        if kind == "publish":
            sources = SOURCES.format(encoder=ENCODERS[codec], video=video, audio=AUDIO)
            self.pipeline = Gst.parse_launch(sources)
            self.peer = self.pipeline.get_by_name("peer")
            for index in range(2):
                transceiver = self.peer.emit("get-transceiver", index)
                transceiver.props.direction = GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY
        else:
            self.pipeline = Gst.Pipeline.new()
            self.peer = Gst.ElementFactory.make("webrtcbin", "peer")
            self.peer.props.bundle_policy = GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE
            self.pipeline.add(self.peer)
            for caps in (video + FORMATS[codec], AUDIO):
                direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
                self.peer.emit("add-transceiver", direction, Gst.Caps.from_string(caps))
            self.peer.connect("pad-added", self.on_pad)
        # Not before the caps of everything that is sent are known.
        self.peer.connect("on-negotiation-needed", self.offer)
        self.peer.connect("notify::connection-state", self.on_state)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.on_message)

    def run(self):
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, self.loop.quit)
        GLib.timeout_add(200, self.tell)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        if self.session:
            self.request("DELETE", self.session, None)
        self.pipeline.set_state(Gst.State.NULL)

    def offer(self, _):
        self.peer.emit("create-offer", None, Gst.Promise.new_with_change_func(self.on_offer))

    def on_offer(self, promise):
        # The reply owns the offer: it has to stay.
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        self.peer.emit("set-local-description", offer, Gst.Promise.new())
        # The server learns the address from the first check: no candidate is waited for.
        answer, headers = self.request("POST", self.address, offer.sdp.as_text())
        self.session = urllib.parse.urljoin(self.address, headers["Location"])
        _, sdp = GstSdp.SDPMessage.new_from_text(answer)
        kind = GstWebRTC.WebRTCSDPType.ANSWER
        description = GstWebRTC.WebRTCSessionDescription.new(kind, sdp)
        self.peer.emit("set-remote-description", description, Gst.Promise.new())

    def request(self, method, address, body):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/sdp"}
        data = body.encode() if body else None
        request = urllib.request.Request(address, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request) as response:
            return response.read().decode(), response.headers

    def on_pad(self, _, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        encoding = pad.get_current_caps().get_structure(0).get_string("encoding-name")
        is_audio = encoding == "OPUS"
        end = "level interval=100000000 ! fakesink" if is_audio else "fakesink name=frames"
        chain = Gst.parse_bin_from_description(f"queue ! {DECODERS[encoding]} ! {end}", True)
        if not is_audio:
            sink = chain.get_by_name("frames")
            sink.props.signal_handoffs = True
            sink.connect("handoff", self.on_frame)
        self.pipeline.add(chain)
        pad.link(chain.get_static_pad("sink"))
        chain.sync_state_with_parent()

    def on_frame(self, _, buffer, pad):
        picture = pad.get_current_caps().get_structure(0)
        _, memory = buffer.map(Gst.MapFlags.READ)
        now = zlib.crc32(memory.data)
        buffer.unmap(memory)
        self.report["frames"] += 1
        self.report["changed"] += self.last is not None and self.last != now
        self.last = now
        for side in ("width", "height"):
            self.report[side] = picture.get_int(side)[1]

    def on_state(self, peer, _):
        self.report["state"] = peer.props.connection_state.value_nick

    def on_message(self, _, message):
        if message.type == Gst.MessageType.ERROR:
            print(message.parse_error(), file=sys.stderr)
            self.loop.quit()
        structure = message.get_structure()
        if message.type == Gst.MessageType.ELEMENT and structure.get_name() == "level":
            self.report["loudness"] = 10 ** (structure.get_value("rms")[0] / 20)

    def tell(self):
        print(json.dumps(self.report), flush=True)
        return True


Gst.init(None)
Client(*sys.argv[1:]).run()
