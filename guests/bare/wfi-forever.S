@ wfi-forever (hostile): waits for interrupts with all of them masked and none enabled. Never ends, and must
@ not take a host processor meanwhile.
    .include "common.inc"

main:
    print "wfi-forever\n"
1:  wfi
    b 1b
