@ unmap-vectors (hostile): turns the MMU on, unmaps its own vectors, and takes an exception. Never ends.
    .include "common.inc"
    .include "tables.inc"

main:
    print "unmap-vectors\n"
    bl mmu_on
    ldr r0, =0x7fff0000                 @ nothing is mapped there
    mcr p15, 0, r0, c12, c0, 0          @ VBAR
    isb
    svc #0
    udf #0
    .ltorg
