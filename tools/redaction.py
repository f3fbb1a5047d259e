"""Prints how many secrets redaction catches, how much evidence it damages, and how long it takes."""

import sys

from tests.diagnostics.redaction.measuring import MEGABYTES, measured

SHOWN = 90  # characters of a record


def main() -> int:
    """0 unless evidence is damaged."""
    figures = measured()
    caught = figures.secrets - len(figures.missed)
    print(f"caught    {caught} of {figures.secrets} records with secrets")
    print(f"damaged   {len(figures.damaged)} of {figures.harmless} harmless records")
    print(f"kept      {figures.kept:.1%} of the words beside secrets")
    print(
        f"processor {figures.line * 1000:.2f} ms a line, {figures.megabytes:.2f} s for {MEGABYTES} MB of log"
    )
    for sample in figures.missed:
        print(f"missed    {sample.about} | {sample.text[:SHOWN]!r}")
    for sample, text in figures.damaged:
        print(f"damaged   {sample.about} | {text[:SHOWN]!r}")
    return 1 if figures.damaged else 0


if __name__ == "__main__":
    sys.exit(main())
