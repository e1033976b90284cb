"""The gateway of web calls: plain WebRTC, signalled over HTTP, with sound in both directions."""
