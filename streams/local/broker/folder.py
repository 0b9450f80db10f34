"""Where a Kafka of this machine keeps its data, and how they are deleted."""

import shutil
from collections.abc import Callable
from pathlib import Path

import platformdirs

from streams.errors import ConfigError
from streams.local.broker.storage import reject_a_folder_in_use

#: How the names begin of what a broker writes into its folder; one with anything else is not deleted.
OURS = frozenset({"data", "server", "kafka", "java"})


def working_folder() -> Path:
    """`data/kafka` in the working folder: two checkouts never share one Kafka by accident."""
    return Path("data", "kafka")


def earlier_folder() -> Path | None:
    """The user's folder, the default of before, if there is a Kafka in it and none in the working folder."""
    earlier = Path(platformdirs.user_data_dir("copydesk")) / "broker"
    unused = (earlier / "data").is_dir() and not (working_folder() / "data").exists()
    return earlier if unused else None


def delete_data(folder: Path, *, confirm: Callable[[str], object]) -> None:
    """Delete a Kafka's data. `confirm` is asked first, and raises to prevent it.

    Raises `ConfigError` where other files are in the folder, and `BrokerError` while a Kafka uses it.
    """
    if not folder.exists():
        return
    foreign = sorted(path.name for path in folder.iterdir() if path.name.partition(".")[0] not in OURS)
    if foreign:
        raise ConfigError(f"{folder} is not deleted: {foreign[0]} in it is not Kafka's")
    reject_a_folder_in_use(folder / "data")
    confirm(f"Delete all records of the Kafka in {folder.absolute()}?")
    shutil.rmtree(folder)
