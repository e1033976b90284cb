"""The settings: read once from the environment, checked as a whole, handed down.

Nothing imports a value: who needs one gets the `Settings`, or the part of them that concerns it.
"""

from inspralv.settings.loading import SettingsFault, load_settings, read_values
from inspralv.settings.values import Mode, Settings

__all__ = ["Mode", "Settings", "SettingsFault", "load_settings", "read_values"]
