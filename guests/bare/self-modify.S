@ self-modify: rewrites its own code, cleans and invalidates as the architecture asks, and checks that the
@ new code runs: one instruction, a whole function, the page it is on, code that calls what it just wrote.
    .include "common.inc"

    .macro sync address                 @ what was written at an address becomes code; changes r0 and r1
    ldr r0, =\address
    mcr p15, 0, r0, c7, c11, 1          @ DCCMVAU
    dsb
    mcr p15, 0, r0, c7, c5, 1           @ ICIMVAU
    mov r1, #0
    mcr p15, 0, r1, c7, c5, 6           @ BPIALL
    dsb
    isb
    .endm

main:
    test                                @ MOV r0, #n with n from 0 to 255, each run 4 times
    mov r4, #0
    mov r9, #0
1:  ldr r2, =0xe3a00000
    orr r2, r2, r4
    ldr r0, =patched
    str r2, [r0]
    sync patched
    mov r5, #4
2:  bl patched
    sub r0, r0, r4
    orr r9, r9, r0
    subs r5, r5, #1
    bne 2b
    add r4, r4, #1
    cmp r4, #256
    blo 1b
    expect r9, 0
    verdict "one-instruction"

    test                                @ in a hot loop: the loop patches an instruction of its own body
    mov r4, #0
    mov r6, #0
    ldr r7, =0xe2866000                 @ ADD r6, r6, #0
    ldr r8, =in_loop
3:  and r0, r4, #15
    orr r0, r0, r7
    str r0, [r8]
    sync in_loop
in_loop:
    add r6, r6, #99
    add r4, r4, #1
    cmp r4, #1600
    blo 3b
    expect r6, 100 * 120                @ 0 + 1 + ... + 15 is 120
    verdict "own-loop"

    test                                @ a function copied over another
    bl function
    mov r4, r0
    ldr r0, =other_function
    ldr r1, =function
    ldm r0, {r2, r3, r5}
    stm r1, {r2, r3, r5}
    sync function
    sync function + 8
    bl function
    mov r5, r0
    expect r4, 1
    expect r5, 5
    verdict "function"

    test                                @ a branch turned round
    mov r4, #0
    mov r6, #100
4:  ldr r0, =0xea000001                 @ B to `there`, from `turn`
    tst r6, #1
    ldrne r0, =0xe1a00000               @ or NOP
    ldr r1, =turn
    str r0, [r1]
    sync turn
turn:
    nop
    add r4, r4, #1                      @ fallen through
    b 5f
there:
    add r4, r4, #0x10000                @ branched
5:  subs r6, r6, #1
    bne 4b
    expect r4, 50 << 16 | 50
    verdict "branch"

    test                                @ code written byte by byte in the data section, run from user mode
    ldr r0, =page
    ldr r1, =other_function
    mov r2, #12
6:  ldrb r3, [r1], #1
    strb r3, [r0], #1
    subs r2, r2, #1
    bne 6b
    sync page
    ldr r0, =page
    user
    blx r0
    mov r4, r0
    privileged
    expect r4, 5
    expect_seen COUNT, 0
    verdict "user-mode"

    test                                @ ICIALLU instead of by address, on a page that never was code
    ldr r6, =page + 4096
    mov r4, #0
    mov r9, #0
7:  ldr r2, =0xe3a00000
    orr r2, r2, r4
    ldr r3, =0xe12fff1e
    stm r6, {r2, r3}
    dsb
    mcr p15, 0, r6, c7, c11, 1
    dsb
    mov r1, #0
    mcr p15, 0, r1, c7, c5, 0           @ ICIALLU
    dsb
    isb
    blx r6
    sub r0, r0, r4
    orr r9, r9, r0
    add r6, r6, #8
    add r4, r4, #1
    cmp r4, #200
    blo 7b
    expect r9, 0
    verdict "iciallu"

    b power_off
    .ltorg

    .balign 64
patched:
    mov r0, #0
    bx lr

    .balign 64
function:
    mov r0, #1
    nop
    bx lr

    .balign 64
other_function:
    mov r0, #2
    add r0, r0, #3
    bx lr

    .bss
    .balign 4096
page:
    .space 8192
    .text
