@ svc-storm (hostile): system calls from user mode as fast as they go. Never ends.
    .include "common.inc"

main:
    print "svc-storm\n"
    ldr r0, =storm_vectors
    mcr p15, 0, r0, c12, c0, 0          @ VBAR
    isb
    user
1:  svc #0
    b 1b
    .ltorg

    .balign 32
storm_vectors:
    .rept 8
    movs pc, lr
    .endr
