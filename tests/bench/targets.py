"""What the figures of the bench are to come to, by bench and figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A figure's bound: at least, or at most."""

    bound: float
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    def told(self, value: float) -> str:
        """The bound, and whether the figure keeps it."""
        return f"{'≥' if self.at_least else '≤'} {self.bound:g} {'met' if self.is_met(value) else 'MISSED'}"


TARGETS = {
    ("journeys", "journeys_per_second: whole / bare: median"): Target(0.9, at_least=True),
    ("journeys", "p50: whole / bare: median"): Target(0.6),
    ("journeys", "p99: whole / bare: median"): Target(0.6),
    ("journeys", "history_events: whole / bare: median"): Target(0.6),
    ("journeys", "processor_seconds: whole / bare: median"): Target(1.2),
    ("journeys", "whole / faster rival"): Target(1.0, at_least=True),
    ("memory", "growth: whole / bare"): Target(1.5),
    ("nth", "processor_seconds: 100 / 10: median"): Target(1.2),
    ("nth", "processor_seconds: 1000 / 10: median"): Target(1.2),
    ("nth", "receipt_seconds: 100 / 10: median"): Target(1.2),
    ("nth", "receipt_seconds: 1000 / 10: median"): Target(1.2),
    ("audit", "ratios: server: one core / replayer"): Target(2.0, at_least=True),
    ("audit", "ratios: archive: one core / replayer"): Target(2.0, at_least=True),
    ("audit", "ratios: bundle: one core / replayer"): Target(2.0, at_least=True),
    ("audit", "ratios: archive: two cores / one core"): Target(1.8, at_least=True),
    ("audit", "ratios: bundle: two cores / one core"): Target(1.8, at_least=True),
    ("audit", "ratios: archive: memory / memory of a thousand"): Target(1.05),
    ("importing", "per_second: ratio"): Target(0.9, at_least=True),
    ("scripts", "admin.py signal: ratio"): Target(1.25),
    ("scripts", "admin.py show: ratio"): Target(1.25),
    ("scripts", "admin.py list: ratio"): Target(1.25),
    ("scripts", "admin.py --help: processor_ms"): Target(150),
    ("scripts", "admin.py signal --help: processor_ms"): Target(150),
    ("scripts", "audit.py --help: processor_ms"): Target(150),
    ("scripts", "audit.py verify --help: processor_ms"): Target(150),
}
