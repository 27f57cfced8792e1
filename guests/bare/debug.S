@ debug: breakpoints and watchpoints (debug v7.1): addresses, privilege, bytes and regions, kinds of access, links to
@ a context, the OS lock, and what DBGDSCR says. MMU off.
    .include "common.inc"

    .equ MDBGEN, 0x8000
    .equ ENABLED, 1
    .equ PRIVILEGED, 2
    .equ UNPRIVILEGED, 4
    .equ LOAD, 8
    .equ STORE, 16
    .equ LINKED, 0x100000
    .equ CONTEXT, 0x200000
    .equ MASK, 24                       @ of watchpoints: log2 of the bytes of a region
    .equ BYTES, 5                       @ of both: a bit for each byte
    .equ WORD, 15 << BYTES
    .equ MOE, 0x3c
    .equ MOE_BREAKPOINT, 1 << 2
    .equ MOE_BKPT, 3 << 2
    .equ MOE_WATCHPOINT, 10 << 2
    .equ LOCK, 0xc5acce55

    .macro control register, n, value   @ of a breakpoint (opc2 = 5) or watchpoint (7); changes r0
    ldr r0, =\value
    mcr p14, 0, r0, c0, c\n, \register
    isb
    .endm

    .macro breakpoint n, address, value
    ldr r0, =\address
    mcr p14, 0, r0, c0, c\n, 4
    control 5, \n, \value
    .endm

    .macro watchpoint n, address, value
    ldr r0, =\address
    mcr p14, 0, r0, c0, c\n, 6
    control 7, \n, \value
    .endm

    .macro expect_moe value             @ changes r0
    mrc p14, 0, r0, c0, c1, 0           @ DBGDSCRint
    expect_masked r0, MOE, \value
    .endm

    .macro expect_breakpoint at
    expect_exception V_PREFETCH
    expect_seen LR, \at + 4
    expect_seen_masked IFSR, 0x40f, 2
    expect_moe MOE_BREAKPOINT
    .endm

    .macro expect_watchpoint at
    expect_exception V_DATA
    expect_seen LR, \at + 8
    expect_seen_masked DFSR, 0x40f, 2
    expect_moe MOE_WATCHPOINT
    .endm

    .macro watched name, address, value, how:vararg @ one access at r6
    test
    watchpoint 0, \address, ENABLED | PRIVILEGED | \value
    ldr r6, =scratch
1:  \how
    control 7, 0, 0
    expect_watchpoint 1b
    verdict "\name"
    .endm

    .macro not_watched name, address, value, how:vararg
    test
    watchpoint 0, \address, ENABLED | PRIVILEGED | \value
    ldr r6, =scratch
    \how
    control 7, 0, 0
    expect_seen COUNT, 0
    verdict "\name"
    .endm

main:
    mov r0, #0
    mcr p14, 0, r0, c1, c0, 4           @ DBGOSLAR: unlocked
    isb
    ldr r0, =MDBGEN
    mcr p14, 0, r0, c0, c2, 2           @ DBGDSCRext
    isb

    test
    mrc p14, 0, r0, c0, c1, 0
    expect_masked r0, MDBGEN, MDBGEN
    ldr r0, =-1
    mcr p14, 0, r0, c0, c0, 6           @ DBGWVR0: words
    mrc p14, 0, r0, c0, c0, 6
    expect r0, 0xfffffffc
    verdict "registers"

    test
    set resume, 2f
1:  bkpt #0
2:  expect_exception V_PREFETCH
    expect_moe MOE_BKPT
    verdict "bkpt"

@ ---- breakpoints
    test
    breakpoint 0, 1f, ENABLED | PRIVILEGED | WORD
    mov r6, #1
1:  mov r6, #2                          @ is not executed
    control 5, 0, 0
    expect_breakpoint 1b
    expect r6, 1
    verdict "breakpoint"

    test
    breakpoint 5, 1f, ENABLED | PRIVILEGED | UNPRIVILEGED | WORD
    mov r6, #3
1:  subs r6, r6, #1                     @ is stepped over each time
    sub r6, r6, #1
    cmp r6, #0
    bne 1b
    control 5, 5, 0
    expect_seen COUNT, 3
    verdict "breakpoint-in-loop"

    test
    breakpoint 0, 1f, PRIVILEGED | WORD
1:  mov r6, #2
    expect_seen COUNT, 0
    verdict "breakpoint-disabled"

    test
    breakpoint 0, 1f, ENABLED | UNPRIVILEGED | WORD
1:  mov r6, #2
    expect_seen COUNT, 0
    user
    ldr r6, =2f
    bx r6
2:  privileged
    breakpoint 0, 3f, ENABLED | UNPRIVILEGED | WORD
    user
3:  mov r6, #4
    privileged
    control 5, 0, 0
    expect_breakpoint 3b
    expect_seen_masked SPSR, 0x1f, USR
    verdict "breakpoint-of-programs"

    test
    breakpoint 0, 1f, ENABLED | PRIVILEGED | WORD
    movs r6, #0
1:  movne r6, #2                        @ stops whether its condition holds or not
    control 5, 0, 0
    expect_breakpoint 1b
    verdict "breakpoint-condition"

    test
    breakpoint 0, 1f, ENABLED | PRIVILEGED | WORD
    nop
1:  nop
    control 5, 0, 0
    expect_breakpoint 1b
    verdict "breakpoint-nop"

    test
    breakpoint 1, thumb_code, ENABLED | PRIVILEGED | 12 << BYTES
    ldr r8, =2f
    ldr r6, =thumb_code
    orr r6, r6, #1
    bx r6
2:  control 5, 1, 0
    expect_breakpoint thumb_code + 2
    expect_seen_masked SPSR, T, T
    verdict "breakpoint-t32"

    test
    breakpoint 1, thumb_it + 4, ENABLED | PRIVILEGED | 3 << BYTES
    ldr r8, =2f
    ldr r6, =thumb_it
    orr r6, r6, #1
    movs r7, #0
    bx r6
2:  control 5, 1, 0
    expect_breakpoint thumb_it + 4
    expect_seen_masked SPSR, T, T
    expect r7, 1
    verdict "breakpoint-it"

    test
    breakpoint 4, 0x1234, ENABLED | PRIVILEGED | WORD | CONTEXT | LINKED
    breakpoint 0, 1f, ENABLED | PRIVILEGED | WORD | LINKED | 4 << 16
    mov r0, #0
    mcr p15, 0, r0, c13, c0, 1          @ CONTEXTIDR
    isb
1:  mov r6, #2
    expect_seen COUNT, 0
    ldr r0, =0x1234
    mcr p15, 0, r0, c13, c0, 1
    isb
    breakpoint 0, 2f, ENABLED | PRIVILEGED | WORD | LINKED | 4 << 16
2:  mov r6, #2
    control 5, 0, 0
    control 5, 4, 0
    mov r0, #0
    mcr p15, 0, r0, c13, c0, 1
    isb
    expect_breakpoint 2b
    verdict "breakpoint-of-context"

    test
    ldr r0, =LOCK
    mcr p14, 0, r0, c1, c0, 4
    isb
    mrc p14, 0, r4, c1, c1, 4           @ DBGOSLSR; that nothing stops then, QEMU does not know
    mov r0, #0
    mcr p14, 0, r0, c1, c0, 4
    isb
    mrc p14, 0, r5, c1, c1, 4
    expect_masked r4, 2, 2
    expect_masked r5, 2, 0
    verdict "os-lock"

@ ---- watchpoints
    watched "load", scratch, LOAD | WORD, ldr r7, [r6]
    watched "store", scratch, STORE | WORD, str r7, [r6]
    watched "both", scratch, LOAD | STORE | WORD, strb r7, [r6, #3]
    watched "upper-word", scratch, LOAD | 0xf0 << BYTES, ldr r7, [r6, #4]
    watched "byte", scratch, LOAD | 2 << BYTES, ldrb r7, [r6, #1]
    watched "byte-in-word", scratch, LOAD | 2 << BYTES, ldr r7, [r6]
    watched "halfword", scratch + 4, STORE | 12 << BYTES, strh r7, [r6, #6]
    watched "doubleword", scratch + 4, LOAD | WORD, ldrd r8, r9, [r6]
    watched "multiple", scratch + 8, LOAD | WORD, ldm r6, {r0-r3}
    watched "multiple-store", scratch + 8, STORE | WORD, stm r6, {r0-r3}
    watched "exclusive", scratch, LOAD | WORD, ldrex r7, [r6]
    watched "region", scratch, LOAD | 4 << MASK, ldr r7, [r6, #12]
    watched "unaligned", scratch + 4, LOAD | WORD, ldr r7, [r6, #2]
    not_watched "not-load", scratch, LOAD | WORD, str r7, [r6]
    not_watched "not-store", scratch, STORE | WORD, ldr r7, [r6]
    not_watched "not-this-byte", scratch, LOAD | 2 << BYTES, ldrb r7, [r6]
    not_watched "not-behind", scratch, LOAD | WORD, ldr r7, [r6, #4]
    not_watched "not-before", scratch + 4, LOAD | WORD, ldr r7, [r6]
    not_watched "not-outside-region", scratch, LOAD | 4 << MASK, ldr r7, [r6, #16]
    not_watched "no-bytes", scratch, LOAD, ldr r7, [r6]

    test
    ldr r6, =scratch
    mov r7, #0x55
    str r7, [r6]
    mov r7, #0x66
    watchpoint 3, scratch, ENABLED | PRIVILEGED | STORE | WORD
1:  str r7, [r6]
    control 7, 3, 0
    expect_watchpoint 1b
    expect_seen DFAR, scratch
    ldr r7, [r6]
    expect r7, 0x55                     @ nothing was stored
    verdict "watchpoint"

    test
    ldr r6, =scratch
    watchpoint 1, scratch, ENABLED | UNPRIVILEGED | LOAD | WORD
    ldr r7, [r6]
    expect_seen COUNT, 0
1:  ldrt r7, [r6]
    expect_watchpoint 1b
    clear_seen
    user
2:  ldr r7, [r6]
    privileged
    control 7, 1, 0
    expect_watchpoint 2b
    verdict "watchpoint-of-programs"

    test
    ldr r0, =0
    mcr p14, 0, r0, c0, c2, 2           @ DBGDSCRext: off
    isb
    watchpoint 0, scratch, ENABLED | PRIVILEGED | LOAD | WORD
    ldr r6, =scratch
    ldr r7, [r6]
    control 7, 0, 0
    expect_seen COUNT, 0
    verdict "off"
    b power_off

    .balign 4
    .thumb
thumb_code:
    movs r0, r0
    movs r0, r0                         @ here it stops; the vector goes on two instructions later
    movs r0, r0
    bx r8
    .balign 4
thumb_it:
    nop
    itt eq
    moveq r7, #2                        @ here it stops, and goes on behind the next one
    moveq r7, #3
    mov r7, #1
    bx r8
    .arm
    .balign 64
scratch:
    .space 64
