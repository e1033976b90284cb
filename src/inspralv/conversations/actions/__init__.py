"""What is done with calls: `ingest` takes in what providers tell, `starting` begins calls, `editing` is what people do
with finished ones, `recording` keeps the sound, `repair` asks after what never came."""
