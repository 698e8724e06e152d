"""What the site keeps, in one SQLite file: things, visitors and their choices. A choice that was acknowledged is on disk."""

import hashlib
import queue
import secrets
import sqlite3
import threading
import time
from concurrent.futures import Future

import numpy as np

from abacus.errors import BadInput, Unavailable

MIGRATIONS = (  # number k brings a file from version k to k + 1; what was released is never changed, only followed
    """
    CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL, note TEXT NOT NULL);
    CREATE TABLE visitor (id INTEGER PRIMARY KEY, token BLOB UNIQUE, since REAL NOT NULL);
    CREATE TABLE choice (
        visitor INTEGER NOT NULL REFERENCES visitor ON DELETE CASCADE,
        item INTEGER NOT NULL REFERENCES item,
        value INTEGER NOT NULL CHECK (value IN (-1, 1)),
        at REAL NOT NULL,
        PRIMARY KEY (visitor, item)
    ) WITHOUT ROWID;
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    ALTER TABLE choice ADD COLUMN model TEXT;   -- whose list it was chosen from, if from a list
    ALTER TABLE choice ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;  -- of all changes, for the background learner
    CREATE INDEX choice_turn ON choice (turn);
    INSERT INTO about VALUES ('turn', '0');
    """,
)
WAIT = 2.0  # seconds that a write waits for another process; a read waits a tenth of it
TOGETHER = 200  # writes that share one commit, at most


class Busy(Unavailable):
    """Another process holds the database for longer than a visitor shall wait."""


class Broken(Unavailable):
    """The file is no database, or a damaged one."""


def connect(path, wait=WAIT):
    """A connection to the file with its rules set: write-ahead log, foreign keys, a commit is on disk when it returns."""
    try:
        base = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")
        base.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        raise told(error, path) from None
    return base


def told(error, path):
    """The Busy, Broken or Unavailable that says what an sqlite3.Error means."""
    if isinstance(error, sqlite3.OperationalError) and ("locked" in str(error) or "busy" in str(error)):
        return Busy("the database is in use by another program; nothing was changed. Please try again in a moment")
    if isinstance(error, sqlite3.OperationalError) and "disk I/O" not in str(error):
        return Unavailable(f"{path}: {error}")
    return Broken(
        f"{path} is damaged or no database ({error}); put a copy in its place, or start with another --database"
    )


def migrate(base, path):
    """Bring the file to today's version, each step in one transaction; a newer file than this program is refused."""
    try:
        base.execute("BEGIN IMMEDIATE")
        version = base.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            base.execute("ROLLBACK")
            raise BadInput(
                f"{path} was written by a newer version of this site ({version}; this one knows {len(MIGRATIONS)})"
            )
        for step in MIGRATIONS[version:]:
            for statement in step.split(";"):
                base.execute(statement)
        base.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        base.execute("INSERT OR IGNORE INTO about VALUES ('secret', ?)", [secrets.token_hex(32)])
        base.execute("COMMIT")
        if base.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise Broken(f"{path} is damaged; put a copy in its place, or start with another --database")
    except sqlite3.Error as error:
        raise told(error, path) from None


def fill(base, path, source, titles, notes, histories):
    """Write the catalogue and the histories (CSR, users by items) of the beginning; a filled file must hold the same ones."""
    try:
        known = about(base).get("source")
        if known is not None:
            if known != source:
                raise BadInput(f"{path} holds {known}, not {source}: choose another --database")
            return
        now = time.time()
        base.execute("BEGIN IMMEDIATE")
        base.executemany("INSERT INTO item VALUES (?, ?, ?)", zip(range(len(titles)), titles, notes))
        base.executemany("INSERT INTO visitor VALUES (?, NULL, ?)", ((k, now) for k in range(histories.shape[0])))
        users = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr)).tolist()
        pairs = zip(users, histories.indices.tolist())
        base.executemany(
            "INSERT INTO choice (visitor, item, value, at) VALUES (?, ?, 1, ?)", ((u, i, now) for u, i in pairs)
        )
        base.execute("INSERT INTO about VALUES ('source', ?)", [source])
        base.execute("COMMIT")
    except sqlite3.Error as error:
        raise told(error, path) from None


def about(base):
    """{name: value} of what the file says of itself."""
    return dict(base.execute("SELECT name, value FROM about"))


def liked(base):
    """((users, items) of all likes, users from 0 on, number of users, number of items, turn): what a model learns from."""
    base.execute("BEGIN")  # one snapshot for all four
    turn = int(about(base)["turn"])
    rows = np.array(
        base.execute("SELECT visitor, item FROM choice WHERE value = 1 ORDER BY visitor, item").fetchall(), np.int64
    )
    items = base.execute("SELECT count(*) FROM item").fetchone()[0]
    base.execute("COMMIT")
    users, index = np.unique(rows[:, 0], return_inverse=True) if len(rows) else (np.empty(0), np.empty(0, np.int64))
    return (index, rows[:, 1] if len(rows) else index), len(users), items, turn


class Store:
    """Reads at once; writes through one thread that commits all that wait together, so that a commit's wait is shared."""

    def __init__(self, path):
        self.path = str(path)
        self.reader = connect(path, WAIT / 10)
        self.items = self._read("SELECT title, note FROM item ORDER BY id")
        found = dict(self._read("SELECT name, value FROM about"))
        self.secret, self.source = found["secret"].encode(), found["source"]
        self._waiting = queue.Queue(maxsize=10_000)
        self._thread = threading.Thread(target=self._write_all, daemon=True)
        self._thread.start()

    def _read(self, question, values=()):
        try:
            return self.reader.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise told(error, self.path) from None

    def choices(self, token):
        """{item: value} of a visitor, the latest first; {} for somebody who has chosen nothing yet."""
        return dict(self._read(
            "SELECT item, value FROM choice JOIN visitor ON visitor = id WHERE token = ? ORDER BY at DESC", [_digest(token)]
        ))  # fmt: skip

    def export(self, token):
        """All that is kept of a visitor, as a list of dicts."""
        rows = self._read(
            "SELECT item, title, value, at, model FROM choice JOIN visitor ON visitor = visitor.id JOIN item ON item = item.id "
            "WHERE token = ? ORDER BY at, item", [_digest(token)]
        )  # fmt: skip
        return [dict(zip(("item", "title", "value", "at", "model"), row)) for row in rows]

    def counts(self):
        """{what: how many} for the health page."""
        names = "item", "visitor", "choice"
        return {name: self._read(f"SELECT count(*) FROM {name}")[0][0] for name in names} | {"turn": self.turn()}

    def turn(self):
        """The number of changes so far."""
        return int(self._read("SELECT value FROM about WHERE name = 'turn'")[0][0])

    def choose(self, token, item, value, model=None):
        """A Future that is done when the choice (1, −1, or 0: none any more) is on disk."""
        return self._submit(_choose, _digest(token), item, value, model)

    def forget(self, token):
        """A Future that is done when nothing is known of the visitor any more."""
        return self._submit(_forget, _digest(token))

    def _submit(self, work, *arguments):
        done = Future()
        try:
            self._waiting.put_nowait((done, work, arguments))
        except queue.Full:
            done.set_exception(Busy("too many changes are waiting; nothing was changed. Please try again in a moment"))
        return done

    def close(self):
        """Wait for what is being written, then end."""
        self._waiting.put(None)
        self._thread.join()
        self.reader.close()

    def _write_all(self):
        base = None
        while (first := self._waiting.get()) is not None:
            batch = [first]
            while len(batch) < TOGETHER and not self._waiting.empty() and self._waiting.queue[0] is not None:
                batch.append(self._waiting.get())
            try:
                base = base or connect(self.path)
                base.execute("BEGIN IMMEDIATE")
                for _, work, arguments in batch:
                    work(base, *arguments)
                base.execute("COMMIT")
            except (sqlite3.Error, Unavailable) as error:  # nothing of the batch was written
                said = error if isinstance(error, Unavailable) else told(error, self.path)
                if base and base.in_transaction:
                    base.execute("ROLLBACK")
                for done, _, _ in batch:
                    done.set_exception(said)
            else:
                for done, _, _ in batch:
                    done.set_result(None)
        if base:
            base.close()


def _digest(token):
    """What is kept of a visitor's cookie: who reads the file cannot take somebody's place."""
    return hashlib.sha256(token.encode()).digest()


def _choose(base, digest, item, value, model):
    turn = int(base.execute("UPDATE about SET value = value + 1 WHERE name = 'turn' RETURNING value").fetchone()[0])
    if value == 0:
        base.execute(
            "DELETE FROM choice WHERE item = ? AND visitor = (SELECT id FROM visitor WHERE token = ?)", [item, digest]
        )
        return
    base.execute("INSERT OR IGNORE INTO visitor (token, since) VALUES (?, ?)", [digest, time.time()])
    base.execute(
        "INSERT INTO choice SELECT id, ?, ?, ?, ?, ? FROM visitor WHERE token = ? ON CONFLICT DO UPDATE "
        "SET value = excluded.value, at = excluded.at, model = excluded.model, turn = excluded.turn",
        [item, value, time.time(), model, turn, digest],
    )


def _forget(base, digest):
    base.execute("UPDATE about SET value = value + 1 WHERE name = 'turn'")
    base.execute("DELETE FROM visitor WHERE token = ?", [digest])
