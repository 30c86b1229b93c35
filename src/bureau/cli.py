"""The command ``bureau`` (外部世界命令): worlds, scores, and a live world that posts to a platform."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from bureau.asking import ask
from bureau.feed import MISDEEDS, Feed
from bureau.habits import HABITS
from bureau.lasting import Plan, begin, go_on
from bureau.live import run_live
from bureau.making import make_world
from bureau.scoring import Score
from bureau.serving import serve_feed
from bureau.world import BEIJING
from bureau.writing import write_events


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    top = argparse.ArgumentParser(prog="bureau", description="a seeded outside world")
    sub = top.add_subparsers(dest="command", required=True)
    world = sub.add_parser("world", help="make a world: events, claims, truth")
    world.add_argument("--seed", type=int, default=1)
    world.add_argument("--habit", choices=sorted(HABITS), default="a")
    world.add_argument("--days", type=int, default=45)
    world.add_argument("--invoices", type=int, default=20_000)
    world.add_argument("--claims", type=int, default=40, help="claims a class")
    world.add_argument("--begin", default="2026-06-18")
    world.add_argument("--out", required=True)
    world.set_defaults(run=_world)
    _configure_lasting(
        sub.add_parser("begin", help="begin a world that goes on: its past, and what is to come")
    )
    going = sub.add_parser("go-on", help="make sure that enough of such a world is still to come")
    going.add_argument("--home", required=True)
    going.set_defaults(run=_go_on)
    score = sub.add_parser("score", help="score answers against the truth")
    score.add_argument("--answers", required=True)
    score.add_argument("--truth", required=True)
    score.add_argument("--misses", type=int, default=0)
    score.set_defaults(run=_score)
    live = sub.add_parser("run", help="go on with a world, posting its events")
    live.add_argument("--url", required=True)
    live.add_argument("--token", required=True)
    live.add_argument(
        "--home", required=True, help="folder of the world: `later.jsonl`, and `outage` naming silent feeds"
    )
    live.add_argument("--seconds", type=float, default=0, help="stop after so long; 0 = never")
    live.set_defaults(run=lambda args: run_live(args.url, args.token, Path(args.home), args.seconds))
    outage = sub.add_parser("outage", help="silence a feed of a running world, or end it")
    outage.add_argument("feed")
    outage.add_argument("--home", required=True)
    outage.add_argument("--end", action="store_true")
    outage.set_defaults(run=_outage)
    _configure_feed(sub.add_parser("serve-feed", help="serve one feed of a world over HTTP, with misdeeds"))
    args = top.parse_args(argv)
    return int(args.run(args))


def _configure_lasting(world: argparse.ArgumentParser) -> None:
    world.add_argument("--seed", type=int, default=1)
    world.add_argument("--habit", choices=sorted(HABITS), default="a")
    world.add_argument("--days", type=int, default=24, help="of the first stretch")
    world.add_argument("--invoices", type=int, default=24_000, help="of the first stretch")
    world.add_argument("--begin", required=True)
    world.add_argument("--out", required=True)
    world.set_defaults(run=_begin)


def _begin(args: argparse.Namespace) -> int:
    begins = datetime.fromisoformat(args.begin).replace(tzinfo=BEIJING)
    plan = Plan(args.seed, args.habit, args.invoices, args.days, begins)
    print(f"{begin(plan, Path(args.out), datetime.now(BEIJING))} events in {args.out}")
    return 0


def _go_on(args: argparse.Namespace) -> int:
    print(f"{len(go_on(Path(args.home), datetime.now(BEIJING)))} events to come")
    return 0


def _configure_feed(feed: argparse.ArgumentParser) -> None:
    feed.add_argument("--port", type=int, default=0, help="0 = any free one, printed")
    feed.add_argument("--ready", type=Path, help="file to write the address to")
    feed.add_argument("--token", default="")
    feed.add_argument("--seed", type=int, default=1)
    feed.add_argument("--invoices", type=int, default=4_000)
    feed.add_argument("--events", type=Path, help="serve these lines instead of a world's")
    feed.add_argument("--feed", default="bj-dzfp")
    feed.add_argument("--begin", default="2026-06-18")
    feed.add_argument("--days", type=int, default=10)
    feed.add_argument(
        "--per-second", type=float, default=0, help="let lines out at this pace; 0 = all at once"
    )
    feed.add_argument("--odds", action="append", default=[], metavar="MISDEED=P", help=", ".join(MISDEEDS))
    feed.set_defaults(run=_serve_feed)


def _serve_feed(args: argparse.Namespace) -> int:
    if args.events:
        lines = args.events.read_bytes().splitlines()
    else:
        begin = datetime.fromisoformat(args.begin).replace(tzinfo=BEIJING)
        made = make_world(
            seed=args.seed, habit=HABITS["a"], days=args.days, invoices=args.invoices, begin=begin
        )
        lines = [msgspec.json.encode(event) for event in made.events if event["feed"] == args.feed]
    feed = Feed(lines, seed=args.seed, per_second=args.per_second)
    feed.odds = {name: float(odds) for name, _, odds in (each.partition("=") for each in args.odds)}
    return serve_feed(feed, port=args.port, token=args.token, ready=args.ready)


def _world(args: argparse.Namespace) -> int:
    begin = datetime.fromisoformat(args.begin).replace(tzinfo=BEIJING)
    made = make_world(
        seed=args.seed, habit=HABITS[args.habit], days=args.days, invoices=args.invoices, begin=begin
    )
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    count = write_events(made, str(out / "events.jsonl"))
    with (out / "claims.jsonl").open("wb") as claims, (out / "truth.jsonl").open("wb") as truths:
        for claim, truth in ask(seed=args.seed, world=made, each=args.claims):
            claims.write(msgspec.json.encode(claim) + b"\n")
            truths.write(
                msgspec.json.encode(
                    {
                        "ref": claim["ref"],
                        "existence": truth.existence,
                        "cause": truth.cause,
                        "validity": truth.validity,
                        "arrives_at": truth.arrives_at,
                    }
                )
                + b"\n"
            )
    print(f"{count} events in {out}")
    return 0


def _score(args: argparse.Namespace) -> int:
    truths = {
        told["ref"]: told for told in map(msgspec.json.decode, Path(args.truth).read_bytes().splitlines())
    }
    score = Score()
    for line in Path(args.answers).read_bytes().splitlines():
        answer = msgspec.json.decode(line)
        if answer.get("ref") in truths:
            score.judge(answer, truths[answer["ref"]])
    print("\n".join(score.lines()))
    print("\n".join(sorted(score.misses)[: args.misses]))
    return 0


def _outage(args: argparse.Namespace) -> int:
    path = Path(args.home) / "outage"
    feeds = set(path.read_text("utf-8").split()) if path.exists() else set()
    feeds = feeds - {args.feed} if args.end else feeds | {args.feed}
    path.write_text("\n".join(sorted(feeds)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
