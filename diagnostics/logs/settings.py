"""What services.toml says about reading logs: how much, how far back, and how many lines are too many."""

from pydantic import BaseModel, ConfigDict, Field


class LogSettings(BaseModel):
    """The table `logs` of a section that reads logs.

    Attributes:
        window: seconds that are judged; as long a time before is read to compare with.
        lines: how many of the newest lines are read at most, of each source.
        size: how many bytes of them are kept at most, of each source; the newest.
        few: fewer lines than this of a common kind are no warning.
        many: that many are one in any case.
        flood: lines a second that nobody can read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    window: float = Field(default=900, ge=60, le=21_600)
    lines: int = Field(default=5_000, ge=10, le=50_000)
    size: int = Field(default=3 * 1024**2, ge=64 * 1024, le=16 * 1024**2)
    few: int = Field(default=5, ge=1)
    many: int = Field(default=30, ge=1)
    flood: float = Field(default=100, gt=0)
