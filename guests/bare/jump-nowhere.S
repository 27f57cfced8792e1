@ jump-nowhere (hostile): jumps to an address where there is nothing, with vectors where there is nothing:
@ an endless series of prefetch aborts. Never ends.
    .include "common.inc"

main:
    print "jump-nowhere\n"
    ldr r0, =0x7fff0000                 @ neither RAM nor a device
    mcr p15, 0, r0, c12, c0, 0          @ VBAR
    isb
    ldr pc, =0x7badc0dc
    .ltorg
