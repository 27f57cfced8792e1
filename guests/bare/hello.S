@ hello: prints a line and powers off. The first thing to run on a new board.
    .include "common.inc"

main:
    print "HELLO\n"
    b power_off
