"""The parent's side: worker processes with one BLAS thread each, a progress bar, and an orderly stop."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time

from abacus.errors import Unavailable

ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
SAVE_SECONDS = 20.0  # a run may need these to save, or to hear a signal, before its process is killed


class Failed(Exception):
    """A task failed: the message and the exit status that it asks for."""

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status


class Interrupted(Exception):
    """The user or the machine asked to stop (signal number `signum`); what was finished is kept."""

    def __init__(self, signum):
        super().__init__(signal.Signals(signum).name)
        self.signum = signum


class Pool:
    """`workers` processes that run tasks of the command `run_file`. Use as a context manager; `run` may be called again.

    A process that is `watched` notes the functions that are called, and performs one task alone.
    """

    def __init__(self, run_file, workers, watched=False):
        self.run_file, self.size, self.watched = run_file, workers, watched
        self.messages, self.workers, self.asked, self.until = queue.Queue(), [], 0, None

    def __enter__(self):
        self.handlers = {
            s: signal.signal(s, self._on_signal) for s in (signal.SIGINT, signal.SIGTERM) if _in_main_thread()
        }
        return self

    def __exit__(self, kind, *_):
        if kind is SystemExit:  # a cluster's handler wants this process to end: let the runs save first
            self._let_save()
        for worker in self.workers:
            worker.end()
        for signum, handler in self.handlers.items():
            signal.signal(signum, handler)

    def run(self, tasks, progress, take=None):
        """Run all tasks (dicts); [(task, its last message)]. Failed, Interrupted or Unavailable end it.

        Tasks that were finished by then have left their records. `take(task, message)` is called as each ends, also for
        one that failed: that does not end the others then.
        """
        waiting, said = list(tasks)[::-1], []
        while waiting or self._busy():
            while waiting and not self.asked and (worker := self._idle()):
                worker.start(waiting.pop())
                if self.asked:  # since then
                    worker.process.terminate()
            if not self._busy():
                break
            worker, message = self._next()
            if message is None and self.asked:  # asked to stop before it could hear that it should save, or deaf
                worker.task = None
            elif message is None:
                raise Unavailable(
                    f"a worker ended ({_ending(worker.process)}); finished runs are kept: the same command goes on"
                )
            elif "heard" in message:
                worker.heard = True
            elif "print" in message:
                progress.write(message["print"])
            elif "fraction" in message:
                progress.update(worker, message["fraction"], message["text"])
            else:
                if "failed" in message and take is None:
                    raise Failed(message["failed"], message["status"])
                if "stopped" in message:  # asked by its user, or by a cluster that signals all processes of a job
                    self.asked = self.asked or signal.SIGTERM
                progress.finish(worker, "stopped" not in message)
                said.append((worker.task, message))
                worker.task = None
                if self.watched:
                    self.workers.remove(worker)
                    worker.end()
                if take and "stopped" not in message:
                    take(*said[-1])
        if self.asked:
            raise Interrupted(self.asked)
        return said

    def _busy(self):
        return any(worker.task is not None for worker in self.workers)

    def _idle(self):
        """A process without a task, begun where there are not yet as many as there may be; None where all are busy."""
        idle = [worker for worker in self.workers if worker.task is None]
        if not idle and len(self.workers) < self.size:
            self.workers.append(_Worker(self.run_file, self.messages, self.watched))
            idle = self.workers[-1:]
        return idle[0] if idle else None

    def _let_save(self):
        busy = {worker for worker in self.workers if worker.task is not None}
        for worker in busy:
            worker.process.terminate()
        last = time.monotonic() + SAVE_SECONDS
        while busy and time.monotonic() < last:
            with contextlib.suppress(queue.Empty):
                worker, message = self.messages.get(timeout=0.5)
                if message is None or not {"print", "fraction", "heard"} & set(message):
                    busy.discard(worker)

    def _next(self):
        """The next (worker, message) of a process that was not ended by us."""
        while True:
            if self.until is not None and time.monotonic() >= self.until:
                self._ask_again()
            with contextlib.suppress(queue.Empty):
                worker, message = self.messages.get(timeout=0.5)
                if worker in self.workers:
                    return worker, message

    def _ask_again(self):
        """Ask the processes that have heard the last signal once more, and kill the others: Python hears nothing inside a
        compiled loop. Who hears is on the way to the end of its round, and saves there, however long that takes."""
        self.until = time.monotonic() + SAVE_SECONDS
        for worker in self.workers:
            if worker.task is not None and worker.heard:
                worker.heard = False
                worker.process.terminate()
            elif worker.task is not None:
                worker.kill()

    def _on_signal(self, signum, frame):
        """The first time: let the workers save and stop. Ctrl-C a second time: stop them now. (SLURM says SIGTERM twice.)"""
        again, self.asked = self.asked and signum == signal.SIGINT, signum
        self.until = self.until or time.monotonic() + SAVE_SECONDS
        for worker in self.workers:
            worker.kill() if again else worker.process.terminate()
        if again:
            raise Interrupted(signum)
        os.write(2, b"\nstopping at the next checkpoint (again: now)\n")  # print may be at work where the signal came


class _Worker:
    def __init__(self, run_file, messages, watched):
        self.task, self.heard = None, False  # heard: the last signal
        environment = os.environ | dict.fromkeys(ONE_THREAD, "1") | {"ABACUS_WORKER": "1", "PYTHONIOENCODING": "utf-8"}
        self.process = subprocess.Popen(
            [sys.executable, *(["-P", "-m", "abacus.launch.watched"] if watched else []), str(run_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            bufsize=1,
            env=environment,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(messages,), daemon=True).start()

    def start(self, task):
        self.task = task
        with contextlib.suppress(BrokenPipeError):  # it has died: the end of its messages says so
            self.process.stdin.write(json.dumps(task) + "\n")

    def end(self):
        with contextlib.suppress(BrokenPipeError):  # a task that a dead worker never took
            self.process.stdin.close()
        self.kill()
        self.process.wait()
        self.process.stdout.close()

    def kill(self):
        """End the process now, and those that it has begun."""
        if self.process.poll() is None and hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):  # it has not yet come to a session of its own
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()

    def _listen(self, messages):
        try:
            for line in self.process.stdout:
                messages.put((self, json.loads(line)))
        except ValueError:
            pass  # closed by the parent, or torn by the worker's death
        messages.put((self, None))


class Progress:
    """One bar over all tasks, in fractions of a task; nothing where the output is not a terminal."""

    def __init__(self, total):
        from tqdm import tqdm

        form = "{l_bar}{bar}| {elapsed}<{remaining} {postfix}"
        self.bar = tqdm(total=total, disable=None, bar_format=form, leave=False, file=sys.stderr)
        self.open = {}

    def update(self, worker, fraction, text):
        self.bar.update(max(0.0, fraction - self.open.get(worker, 0.0)))
        self.open[worker] = max(fraction, self.open.get(worker, 0.0))
        name = f"{worker.task['rows'][0]}, seed {worker.task['seeds'][0]}" if worker.task else ""
        self.bar.set_postfix_str(f"{name} {text}"[:100])

    def finish(self, worker, done):
        if done:
            self.bar.update(1.0 - self.open.pop(worker, 0.0))

    def write(self, text):
        self.bar.clear()
        sys.stdout.write(text)
        sys.stdout.flush()

    def close(self):
        self.bar.close()


def _in_main_thread():
    return threading.current_thread() is threading.main_thread()


def _ending(process):
    code = process.wait()
    return f"killed by signal {-code}: out of memory?" if code < 0 else f"status {code}"
