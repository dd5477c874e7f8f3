"""A back-up taken under load, a crash, and the runbook's steps: on PostgreSQL, with servers that are killed."""

from pathlib import Path

from tests.support.restore_drill import BOTH_REVERSED, drill, open_site


async def test_what_the_younger_back_up_holds_comes_back_whatever_was_under_way(
    postgres_server: str, tmp_path: Path
) -> None:
    """The database is the older one, so rows come back from histories; after Temporal's back-up all is lost."""
    async with open_site(postgres_server, tmp_path) as site:
        done = await drill(site, BOTH_REVERSED, senders=3, events=8)
    assert done.verify == "agrees"
    assert (done.changed, done.missing, done.differences) == (0, 0, 0)
    assert done.restored > 0
    assert done.rows_put_back < done.rows_after
