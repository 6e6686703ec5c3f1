"""Appends the lines of its input to a file, and answers each when it is written: what rsyslog's omprog starts. line_writer.py FILE

rsyslog's own omfile gives a message up when the disk is full, however often it is told to try again, and confirms it all the same; so a sender would
be blamed for what the receiver lost."""

import os
import sys

file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
with open(sys.argv[1] + ".pid", "w", encoding="ascii") as own:
    own.write(str(os.getpid()))
os.write(1, b"OK\n")
for line in sys.stdin.buffer:
    before = os.fstat(file).st_size
    try:
        if os.write(file, line) != len(line):
            raise OSError("written in part")
        os.write(1, b"OK\n")
    except OSError as why:
        os.ftruncate(file, before)
        os.write(1, f"not written: {why}\n".encode())
