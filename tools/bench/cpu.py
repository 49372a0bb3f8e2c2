"""cpu.py FILE COMMAND...: runs a command and writes the CPU seconds of all that it started into a file.

Pulumi ends its plugins without waiting for them, so nobody else counts what they took: this process adopts them (Linux).
"""

import ctypes
import os
import resource
import sys

PR_SET_CHILD_SUBREAPER = 36

file, *command = sys.argv[1:]
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
child = os.fork()
if child == 0:
    os.execvp(command[0], command)
code = 0
while True:
    try:
        ended, status = os.wait()
    except ChildProcessError:
        break
    if ended == child:
        code = os.waitstatus_to_exitcode(status)
took = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(file, "w") as figures:
    figures.write(str(took.ru_utime + took.ru_stime))
sys.exit(code if code >= 0 else 128 - code)
