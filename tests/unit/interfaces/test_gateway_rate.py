"""How often a partner may send."""

from interfaces.gateway.limits import Rate


class Clock:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_partner_may_send_some_at_once_and_then_as_many_as_time_gives() -> None:
    clock = Clock()
    rate = Rate(at_once=3, a_second=0.5, clock=clock)
    assert [rate.wait("kommunal") for _ in range(4)] == [0, 0, 0, 2]
    clock.now = 2.0
    assert [rate.wait("kommunal") for _ in range(2)] == [0, 2]
    clock.now = 1_000.0
    assert [rate.wait("kommunal") for _ in range(4)] == [0, 0, 0, 2]


def test_one_partner_takes_nothing_from_another() -> None:
    rate = Rate(at_once=1, a_second=0.1, clock=Clock())
    assert (rate.wait("kommunal"), rate.wait("kommunen"), rate.wait("kommunal")) == (0, 0, 10)
