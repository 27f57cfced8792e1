"""A guest's serial console, for the scripts that boot Debian."""
import os
import pathlib
import subprocess
import threading
import time


class Failure(Exception):
    pass


class Console:
    """What a guest prints, gathered and written to a file, and what is typed. A thread of its own reads, so that a guest
    to which nobody listens goes on."""

    def __init__(self, command, log, limit):
        self.seen, self.at, self.ended = "", 0, False
        self.more = threading.Condition()
        self.errors = pathlib.Path(f"{log}.errors")
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        self.timer = threading.Timer(limit, self.process.kill)
        self.timer.start()
        self.start = time.monotonic()
        self.reader = threading.Thread(target=self._read, args=(log,))
        self.reader.start()

    def processor_seconds(self):
        """What the process has used so far, which other work on the host changes least."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _read(self, log):
        with open(log, "wb", buffering=0) as file:
            while data := os.read(self.process.stdout.fileno(), 1 << 16):
                file.write(data)
                with self.more:
                    self.seen += data.decode(errors="replace").replace("\r", "")
                    self.more.notify()
        with self.more:
            self.ended = True
            self.more.notify()

    def until(self, text):
        with self.more:
            self.more.wait_for(lambda: self.ended or text in self.seen[self.at :])
            found = self.seen.find(text, self.at)
            if found < 0:
                raise Failure(f"it ended before it printed {text!r}; its last line: {self.seen.strip()[-300:]}")
            self.at = found + len(text)

    def type(self, text):
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Failure(f"it ended before {text!r} was typed") from None

    def end(self):
        """Waits for the end: the status."""
        self.reader.join()
        return self.process.wait()

    def close(self):
        self.timer.cancel()
        self.process.kill()
        self.process.wait()
        self.reader.join()
