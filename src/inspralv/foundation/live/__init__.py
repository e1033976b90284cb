"""Live views: notifications from the database wake the streams of open pages."""
