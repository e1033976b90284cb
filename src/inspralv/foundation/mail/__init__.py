"""Mail: composed in the partner's brand, written with the data that causes it, sent by a job."""
