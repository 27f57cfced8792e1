@ coprocessors: what MRC and MCR of CP14 and CP15 do beside the registers of the MMU: reads into the flags, what a program may
@ reach, and encodings that name no register.
    .include "common.inc"

    .macro undefined instruction:vararg
    clear_seen
    \instruction
    expect_exception V_UNDEF
    .endm

    .macro undefined_in_user instruction:vararg
    clear_seen
    user
    \instruction
    privileged
    expect_exception V_UNDEF
    .endm

    .macro defined instruction:vararg
    clear_seen
    \instruction
    expect_seen COUNT, 0
    .endm

main:
    test
    msr cpsr_f, #0xf0000000
    mrc p14, 0, apsr_nzcv, c0, c1, 0    @ DBGDSCR: nothing happened
    mrs r4, cpsr
    expect_masked r4, 0xf0000000, 0
    msr cpsr_f, #0x40000000
    mrc p15, 0, apsr_nzcv, c0, c0, 0    @ MIDR: 0x4...
    mrs r4, cpsr
    expect_masked r4, 0xf0000000, 0x40000000
    msr cpsr_f, #0x08000000             @ Q stays
    ldr r0, =0x90000000
    mcr p15, 0, r0, c13, c0, 4          @ TPIDRPRW, one that is kept at hand
    mrc p15, 0, apsr_nzcv, c13, c0, 4
    mrs r4, cpsr
    expect_masked r4, 0xf8000000, 0x98000000
    msr cpsr_f, #0
    mrcmi p15, 0, apsr_nzcv, c13, c0, 4
    mrs r4, cpsr
    expect_masked r4, 0xf0000000, 0
    expect_seen COUNT, 0
    verdict "reads-into-the-flags"

    test
    ldr r0, =0x60000000
    mcr p15, 0, r0, c13, c0, 3          @ TPIDRURO
    user
    msr cpsr_f, #0xf0000000
    mrc p15, 0, apsr_nzcv, c13, c0, 3
    mrs r4, cpsr
    privileged
    expect_masked r4, 0xf0000000, 0x60000000
    expect_seen COUNT, 0
    verdict "reads-into-the-flags-from-user"

    test
    mrc p14, 0, r4, c0, c0, 0           @ DBGDIDR
    user
    mrc p14, 0, r5, c0, c0, 0
    mrc p14, 0, r6, c1, c0, 0           @ DBGDRAR
    mrc p14, 0, r7, c2, c0, 0           @ DBGDSAR
    mrrc p14, 0, r8, r9, c1
    privileged
    expect_seen COUNT, 0
    expect_same r4, r5
    expect r6, 0
    expect r7, 0
    expect r8, 0
    expect r9, 0
    verdict "debug-identification-from-user"

    test
    msr cpsr_f, #0xf0000000
    user
    mrc p14, 0, apsr_nzcv, c0, c1, 0
    mrs r4, cpsr
    privileged
    expect_exception V_UNDEF
    expect_masked r4, 0xf0000000, 0xf0000000
    undefined_in_user mrc p14, 0, r0, c0, c1, 0
    undefined_in_user mcr p14, 0, r0, c1, c0, 4
    undefined_in_user mrc p14, 7, r0, c0, c0, 0
    verdict "debug-status-is-not-for-user"

    test
    defined mrc p14, 7, r4, c0, c0, 0   @ JIDR: no Jazelle
    expect r4, 0
    defined mcr p14, 7, r0, c2, c0, 0   @ JMCR
    undefined mcr p14, 7, r0, c0, c0, 0
    undefined mrrc p14, 1, r0, r1, c1
    undefined mcrr p14, 0, r0, r1, c1
    verdict "jazelle-and-wide-accesses"

    test                                @ cache operations of earlier architectures do nothing
    mov r0, #0
    defined mcr p15, 0, r0, c7, c0, 4
    defined mcr p15, 0, r0, c7, c6, 0
    defined mcr p15, 0, r0, c7, c7, 0
    defined mcr p15, 0, r0, c7, c10, 0
    defined mcr p15, 0, r0, c7, c14, 0
    defined mcr p15, 0, r0, c7, c15, 7
    undefined mcr p15, 0, r0, c7, c8, 4
    undefined mcr p15, 1, r0, c7, c0, 0
    undefined mrc p15, 0, r0, c7, c5, 0
    undefined_in_user mcr p15, 0, r0, c7, c10, 0
    undefined_in_user mcr p15, 0, r0, c7, c5, 0
    verdict "cache-operations"

    test                                @ what is left to implementations
    ldr r0, =-1
    defined mcr p15, 1, r0, c15, c0, 4
    defined mrc p15, 1, r4, c15, c0, 4
    expect r4, 0
    defined mcr p15, 0, r0, c10, c0, 0
    defined mrc p15, 0, r4, c10, c1, 1
    expect r4, 0
    defined mrc p15, 4, r4, c15, c0, 0  @ CBAR
    expect r4, 0x08000000
    undefined mcr p15, 4, r0, c15, c0, 0
    undefined mrc p15, 0, r0, c10, c5, 0
    undefined_in_user mrc p15, 0, r0, c15, c0, 0
    verdict "left-to-implementations"
    b power_off
