@ undef-loop (hostile): every vector is an undefined instruction. Never ends.
    .include "common.inc"

main:
    print "undef-loop\n"
    ldr r0, =bad_vectors
    mcr p15, 0, r0, c12, c0, 0          @ VBAR
    isb
    udf #0
    .ltorg

    .balign 32
bad_vectors:
    .rept 8
    udf #1
    .endr
