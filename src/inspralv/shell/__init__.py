"""The frame around every page: layouts, navigation, brand, landing page, errors, live stream, health."""
