"""The web site: mark what you like, see what is recommended and why. It listens on this computer only, unless told otherwise.

python serve.py --demo                                         an invented cinema, nothing is downloaded
python serve.py                                                the areas of Microsoft's site in 1998
python serve.py --csv films.csv --columns user,item,rating     data of your own: who has rated, or has, what
"""

import argparse
import os
import sys
from pathlib import Path

import demo
import ratings
from abacus import data, streams
from abacus.errors import BadInput, Unavailable


def options(arguments=None):
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--demo", action="store_true", help="an invented cinema of 128 films and 1 500 visitors")
    which.add_argument("--csv", metavar="FILE", help="a table of your own, its columns named in the first line")
    parser.add_argument(
        "--columns", default="user,item", metavar="USER,ITEM[,RATING]", help="names of the file's columns"
    )
    parser.add_argument(
        "--liked", type=float, default=0.0, metavar="RATING", help="from which rating on a thing counts as liked"
    )
    parser.add_argument("--database", metavar="FILE", help="where choices are kept (default: runs/site-NAME.sqlite)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this computer only)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default: 8000)")
    parser.add_argument(
        "--learn-every", type=float, default=10.0, metavar="SECONDS", help="how often new choices are learnt"
    )
    return parser.parse_args(arguments)


def catalogue(chosen):
    """(name, titles, notes, histories) of what the site begins with."""
    if chosen.demo:
        cinema = demo.cinema(1500, streams.rng(0, "cinema"))
        return "the invented cinema", cinema.titles, [list(demo.KINDS)[kind] for kind in cinema.kinds], cinema.x
    if chosen.csv:
        columns = tuple(chosen.columns.split(","))
        if len(columns) not in (2, 3):
            raise BadInput(
                f"--columns {chosen.columns}: two or three names are wanted, as user,item or user,item,rating"
            )
        x, _, titles = ratings.read_csv(chosen.csv, columns)
        return f"the file {Path(chosen.csv).name}", titles, [""] * len(titles), ratings.kept(x, x.data >= chosen.liked)
    web = data.load("msweb")
    return "Microsoft's site in 1998", web.titles, web.addresses, ratings.msweb()[0]


def prepare(chosen):
    """(database, models): a database that is of today's version and filled, and models that know it."""
    from web import lists, store

    name, titles, notes, histories = catalogue(chosen)
    if len(titles) < 2:
        raise BadInput(f"{name} has {len(titles)} thing: there is nothing to recommend")
    default = (
        Path(__file__).parent / "runs" / f"site-{'demo' if chosen.demo else 'csv' if chosen.csv else 'msweb'}.sqlite"
    )
    database = Path(chosen.database or default).resolve()
    database.parent.mkdir(parents=True, exist_ok=True)
    base = store.connect(database)
    store.migrate(base, database)
    store.fill(base, database, name, titles, notes, histories)
    base.close()
    models = database.with_name(f"{database.name}.models.npz")
    try:
        lists.Lists(models, titles)
    except Unavailable:
        lists.learn(str(database), models)
    warm = lists.Lists(models, titles)
    for model in lists.MODELS:  # compiled before the first visitor waits
        warm.top(model, {0: 1})
    return database, models


def main():
    chosen = options()
    try:
        import uvicorn

        from web import app
    except ImportError as missing:
        print(f'serve: {missing.name} is not installed: pip install -e ".[site]"', file=sys.stderr)
        return 1
    try:
        database, models = prepare(chosen)
        hosts = ("127.0.0.1", "localhost", "[::1]", chosen.host)
        site = app.make(database, models, chosen.learn_every, hosts)
    except (BadInput, Unavailable, OSError) as error:
        print(f"serve: {error}", file=sys.stderr)
        return 2 if isinstance(error, BadInput) else 1
    print(
        f"http://{chosen.host}:{chosen.port}  (choices are kept in {os.path.relpath(database)}; Ctrl+C ends)",
        flush=True,
    )
    uvicorn.run(
        site,
        host=chosen.host,
        port=chosen.port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
