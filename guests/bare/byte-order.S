@ byte-order: CPSR.E: how programs and kernels change it, where exceptions keep it, and what it does to every kind
@ of access. Memory is normal, so unaligned accesses are allowed.
    .include "common.inc"
    .include "tables.inc"

    .equ E, 0x200
    .equ EE, 1 << 25                    @ SCTLR
    .equ STATE, 0x3ff

    .macro fill                         @ known bytes 00 01 .. 1f, little-endian; r6 = their address; changes r0, r1
    ldr r6, =scratch
    mov r0, #0
1:  strb r0, [r6, r0]
    add r0, r0, #1
    cmp r0, #32
    bne 1b
    .endm

    .macro expect_word offset, value    @ as little-endian data; changes r0
    ldr r0, =scratch + \offset
    ldr r0, [r0]
    expect r0, \value
    .endm

main:
    cpsie a
@ ---- handlers with big-endian data; MMU off, for its tables would be big-endian too
    test
    mrc p15, 0, r7, c12, c0, 0
    ldr r0, =ee_vectors
    mcr p15, 0, r0, c12, c0, 0
    read_sctlr r8
    orr r0, r8, #EE
    write_sctlr r0
    fill
    user
    svc #2                              @ r4 = CPSR, r5 = a word, r9 = SPSR of the handler
    mrs r2, cpsr
    svc #3                              @ and back to SVC mode
    setend le
    mcr p15, 0, r7, c12, c0, 0
    mcr p15, 0, r8, c1, c0, 0
    isb
    expect_masked r4, STATE, E | F | I | SVC
    expect_masked r9, STATE, F | I | USR
    expect_masked r2, STATE, F | I | USR
    expect r5, 0x00010203
    verdict "sctlr-ee-sets-it-at-entry"

    bl mmu_on

@ ---- changing it
    test
    fill
    ldr r1, =E
    user
    msr cpsr_x, r1
    mrs r4, cpsr
    ldr r5, [r6]
    msr cpsr_x, #0
    mrs r7, cpsr
    ldr r8, [r6]
    privileged
    expect_masked r4, STATE, E | F | I | USR
    expect r5, 0x00010203
    expect_masked r7, STATE, F | I | USR
    expect r8, 0x03020100
    verdict "msr-from-user"

    test
    fill
    ldr r1, =0xf80f0200
    user
    msr cpsr_fsxc, r1
    ldr r5, [r6]
    mrs r4, cpsr
    setend le
    privileged
    expect r4, (0xf80f0200 | F | I | USR)
    expect r5, 0x00010203
    verdict "msr-of-all-fields-from-user"

    test
    fill
    user
    cmp r6, #0                          @ not zero, carry set
    ldr r1, =E
    msreq cpsr_x, r1
    ldr r4, [r6]
    msrne cpsr_x, r1
    ldr r5, [r6]
    msrne cpsr_x, #0
    mrs r7, cpsr
    privileged
    expect r4, 0x03020100
    expect r5, 0x00010203
    expect_masked r7, 0xf0000000, 0x20000000
    verdict "msr-under-a-condition-from-user"

    test
    fill
    msr cpsr_x, #E
    ldr r4, [r6]
    mrs r5, cpsr
    msr cpsr_x, #0
    expect r4, 0x00010203
    expect_masked r5, STATE, E | F | I | SVC
    setend be
    ldr r4, [r6]
    setend le
    expect r4, 0x00010203
    verdict "msr-and-setend-in-kernel"

    test
    fill
    user
    setend be
    ldr r4, [r6]
    setend le
    ldr r5, [r6]
    privileged
    expect r4, 0x00010203
    expect r5, 0x03020100
    verdict "setend-from-user"

@ ---- exceptions
    test
    user
    setend be
    svc #1
    mrs r4, cpsr
    setend le
    privileged
    expect_exception V_SVC
    expect_seen_masked SPSR, STATE, E | F | I | USR
    expect_seen_masked CPSR, STATE, F | I | SVC
    expect_masked r4, STATE, E | F | I | USR
    verdict "svc-keeps-it-in-spsr"

    test
    user
    setend be
    udf #0
    mrs r4, cpsr
    setend le
    privileged
    expect_exception V_UNDEF
    expect_seen_masked SPSR, STATE, E | F | I | USR
    expect_seen_masked CPSR, STATE, F | I | UND
    expect_masked r4, STATE, E | F | I | USR
    verdict "undef-keeps-it-in-spsr"

    test
    ldr r6, =0x7ff00000                 @ nothing is mapped there
    setend be
    ldr r5, [r6]
    mrs r4, cpsr
    setend le
    expect_exception V_DATA
    expect_seen_masked SPSR, STATE, E | F | I | SVC
    expect_seen_masked CPSR, STATE, A | F | I | ABT
    expect_seen DFAR, 0x7ff00000
    expect_masked r4, STATE, E | F | I | SVC
    verdict "data-abort-keeps-it-in-spsr"

    test
    ldr r6, =scratch + 16
    ldr r4, =1f
    rev r0, r4
    str r0, [r6]
    ldr r1, =E | A | F | I | SVC
    rev r0, r1
    str r0, [r6, #4]
    setend be
    rfeia r6
    mov r4, #0
1:  mrs r5, cpsr
    setend le
    expect_masked r5, STATE, E | A | F | I | SVC
    cpsie a
    verdict "rfe-reads-big-endian"

    test
    fill
    mov r4, sp
    ldr sp, =scratch + 8
    ldr lr, =0x11223344
    msr spsr_cxsf, #(E | USR)
    setend be
    srsdb sp, #SVC
    setend le
    mov sp, r4
    expect_word 0, 0x44332211
    expect_word 4, 0x10020000
    verdict "srs-writes-big-endian"

@ ---- accesses: the same in both privileges
    .macro both
    .irp privilege, kernel, program
    cases \privilege
    .endr
    .endm

    .macro be privilege
    .ifc \privilege, program
    user
    .endif
    setend be
    .endm

    .macro le privilege
    setend le
    .ifc \privilege, program
    privileged
    .endif
    .endm

    .macro cases privilege
    test
    fill
    be \privilege
    ldr r1, [r6, #4]
    ldrh r2, [r6, #4]
    ldrsh r3, [r6, #30]
    ldrb r4, [r6, #4]
    ldrsb r5, [r6, #5]
    ldr r7, [r6, #1]
    ldrh r8, [r6, #3]
    ldrsh r9, [r6, #5]
    le \privilege
    expect r1, 0x04050607
    expect r2, 0x0405
    expect r3, 0x1e1f
    expect r4, 4
    expect r5, 5
    expect r7, 0x01020304
    expect r8, 0x0304
    expect r9, 0x0506
    expect_seen COUNT, 0
    verdict "\privilege-loads"

    test
    fill
    ldr r1, =0x81828384
    be \privilege
    str r1, [r6]
    strh r1, [r6, #4]
    strb r1, [r6, #6]
    str r1, [r6, #9]
    strh r1, [r6, #15]
    ldr r7, [r6]
    ldrsh r8, [r6, #4]
    le \privilege
    expect_word 0, 0x84838281
    expect_word 4, 0x07848483
    expect_word 8, 0x83828108
    expect_word 12, 0x830e0d84
    expect_word 16, 0x13121184
    expect r7, 0x81828384
    expect r8, 0xffff8384
    verdict "\privilege-stores"

    test
    fill
    mov r9, r6
    be \privilege
    ldmia r9!, {r1, r2, r3, r4}
    ldrd r6, r7, [r9]
    le \privilege
    expect r1, 0x00010203
    expect r2, 0x04050607
    expect r3, 0x08090a0b
    expect r4, 0x0c0d0e0f
    expect r6, 0x10111213               @ the first word stays the first register
    expect r7, 0x14151617
    expect r9, scratch + 16
    verdict "\privilege-load-several"

    test
    fill
    ldr r2, =0x21222324
    ldr r3, =0x31323334
    add r9, r6, #16
    be \privilege
    stmdb r9!, {r2, r3}
    strd r2, r3, [r6]
    le \privilege
    expect_word 0, 0x24232221
    expect_word 4, 0x34333231
    expect_word 8, 0x24232221
    expect_word 12, 0x34333231
    verdict "\privilege-store-several"

    test
    fill
    ldr r2, =0x41424344
    ldr r3, =0x51525354
    add r9, r6, #8
    be \privilege
    ldrex r1, [r6]
    strex r4, r2, [r6]
    ldrexd r6, r7, [r9]
    strexd r5, r2, r3, [r9]
    le \privilege
    expect r1, 0x00010203
    expect r4, 0
    expect r6, 0x08090a0b
    expect r7, 0x0c0d0e0f
    expect r5, 0
    expect_word 0, 0x44434241
    expect_word 8, 0x44434241
    expect_word 12, 0x54535251
    fill
    add r9, r6, #4
    ldr r2, =0x6162
    be \privilege
    ldrexh r1, [r6]
    strexh r4, r2, [r6]
    ldrexb r3, [r9]
    strexb r5, r2, [r9]
    le \privilege
    expect r1, 0x0001
    expect r4, 0
    expect r3, 4
    expect r5, 0
    expect_word 0, 0x03026261
    expect_word 4, 0x07060562
    verdict "\privilege-exclusives"

    test
    fill
    ldr r2, =0x71727374
    add r9, r6, #5
    be \privilege
    swp r1, r2, [r6]
    swpb r3, r2, [r9]
    le \privilege
    expect r1, 0x00010203
    expect r3, 5
    expect_word 0, 0x74737271
    expect_word 4, 0x07067404
    verdict "\privilege-swp"

    test
    fill
    ldr r2, =0x91929394
    add r9, r6, #8
    be \privilege
    ldrt r1, [r6]
    ldrht r3, [r6]
    strt r2, [r9], #4
    strht r2, [r9]
    le \privilege
    expect r1, 0x00010203
    expect r3, 0x0001
    expect_word 8, 0x94939291
    expect_word 12, 0x0f0e9493
    verdict "\privilege-unprivileged"

    test
    fill
    ldr r1, =1f
    rev r1, r1
    str r1, [r6]
    be \privilege
    ldr pc, [r6]
    mov r6, #0
1:  le \privilege
    expect r6, scratch
    verdict "\privilege-branch"

    test                                @ from one page into the next
    ldr r6, =page - 8
    ldr r1, =0xa1a2a3a4
    ldr r2, =0xb1b2b3b4
    mov r3, #0
    stmia r6, {r3, r7, r8, r9}
    str r3, [r6, #4]
    str r3, [r6, #8]
    str r3, [r6, #12]
    be \privilege
    str r1, [r6, #6]
    strh r2, [r6, #3]
    ldr r4, [r6, #6]
    ldr r5, [r6, #5]
    add r9, r6, #4
    ldmia r9, {r7, r8}
    le \privilege
    ldr r3, [r6]
    expect r3, 0xb3000000
    ldr r3, [r6, #4]
    expect r3, 0xa2a100b4
    ldr r3, [r6, #8]
    expect r3, 0x0000a4a3
    expect r4, 0xa1a2a3a4
    expect r5, 0x00a1a2a3
    expect r7, 0xb400a1a2
    expect r8, 0xa3a40000
    expect_seen COUNT, 0
    verdict "\privilege-crossing"

    test
    ldr r6, =UART                       @ a device: the value is the word on the bus
    ldr r9, =UART + 0xfe0
    ldr r1, ='!' << 24
    be \privilege
    str r1, [r6]
    ldr r2, [r9]                        @ peripheral identification, 0x11
    ldrh r3, [r9]
    le \privilege
    expect r2, 0x11000000
    expect r3, 0x1100
    mov r0, #'\n'
    bl putc
    verdict "\privilege-device"
    .endm

    both
    b power_off
    .ltorg

    .balign 32
ee_vectors:                             @ no literals: their bytes are in the other order
    b .
    b .
    b 1f
    b .
    b .
    b .
    b .
    b .
1:  ldrb r1, [lr, #-4]
    cmp r1, #3
    beq 2f
    mrs r4, cpsr
    mrs r9, spsr
    ldr r5, [r6]
    movs pc, lr
2:  mov pc, lr

    .bss
    .balign 8
scratch:
    .space 32
    .balign 4096
    .space 4096
page:
    .space 16
    .text
