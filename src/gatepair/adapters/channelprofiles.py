"""Profile files of customs: read from where customs keeps them, never from the package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gatepair.base.errors import Malformed, SettingInvalid
from gatepair.clearance.channel.loading import load_profile
from gatepair.clearance.channel.profile import Profile

PROFILE_BYTES_MAX: Final = 512 * 1024
SUFFIX: Final = ".yaml"


def open_profile(path: Path) -> Profile:
    """Return the profile in the file ``path``.

    Raises:
        Malformed: it cannot be read, or is no profile; the message names the line.
    """
    try:
        if path.stat().st_size > PROFILE_BYTES_MAX:
            raise Malformed(f"{path.name} is larger than {PROFILE_BYTES_MAX} bytes; a profile is not")
        return load_profile(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"{path.name} cannot be read as UTF-8 text: {error}") from error


def open_profiles(folder: Path) -> tuple[Profile, ...]:
    """Return the profiles in the ``*.yaml`` files of ``folder``, by name.

    Raises:
        Malformed: one of them is none, or two are one version of one profile; the message names the file.
    """
    found: dict[tuple[str, str, str, int], Profile] = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        profile = open_profile(path)
        key = (profile.post, profile.role.value, profile.id, profile.version)
        if key in found:
            raise Malformed(
                f"{path.name}: version {profile.version} of {profile.id} is there already; raise the version"
            )
        found[key] = profile
    return tuple(found.values())


def profiles_of(directory: Path, setting: str, *, post: str) -> tuple[Profile, ...]:
    """Return the profiles of ``post`` in the folder that its ``setting`` names, below ``directory`` or absolute.

    Raises:
        SettingInvalid: there is no such folder, or a profile in it is none or is another post's.
    """
    if not setting:
        return ()
    folder = directory / setting
    if not folder.is_dir():
        raise SettingInvalid(f"channel_profiles: there is no folder {folder}", setting="channel_profiles")
    try:
        found = open_profiles(folder)
    except Malformed as error:
        raise SettingInvalid(f"channel_profiles: {error.message}", setting="channel_profiles") from error
    foreign = sorted({profile.post for profile in found} - {post})
    if foreign:
        message = f"channel_profiles: a profile of {foreign[0]} has no place at {post}"
        raise SettingInvalid(message, setting="channel_profiles")
    return found
