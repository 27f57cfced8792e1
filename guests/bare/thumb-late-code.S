@ thumb-late-code: sensitive T32 instructions that nobody could rewrite, for they are data until the guest copies them
@ into RAM and runs them, in privileged modes and in user mode. MMU off.
    .set THUMB, 1
    .include "common.inc"
    .include "thumb.inc"

    .equ MODES, A | I | F | 0x1f
    .equ USER_MODES, 0x1f

    .macro run_late code                @ copies it to `late` and calls it; changes r2, r3, r8, r9, r12, lr; keeps r0 and r1
    ldr r2, =\code
    ldr r3, =late
    mov r8, #16
10: ldr r9, [r2], #4
    str r9, [r3], #4
    subs r8, r8, #1
    bne 10b
    dsb
    mov r9, #0
    mcr p15, 0, r9, c7, c5, 0           @ ICIALLU
    mcr p15, 0, r9, c7, c5, 6           @ BPIALL
    dsb
    isb
    ldr r9, =late + 1
    blx r9
    .endm

main:
    test
    run_late masks
    expect_masked r4, MODES, A | I | F | SVC
    expect_masked r5, MODES, A | SVC
    expect_masked r6, MODES, A | I | IRQ
    expect_masked r7, MODES, A | I | F | SVC
    expect_seen COUNT, 0
    verdict "masks-and-mode"

    test
    ldr r0, =0x60000000 | A | I | F | T | ABT
    run_late back
    mrs r5, cpsr
    cps #SVC
    expect r4, 0x60000000 | A | I | F | T | ABT
    expect_masked r5, 0xf0000000 | MODES, 0x60000000 | A | I | F | ABT
    verdict "subs-pc-lr"

    test
    mov r6, sp
    ldr r0, =0x90000000 | A | I | F | T | UND
    run_late stacked
    mrs r5, cpsr
    cps #SVC
    mov r4, sp
    expect_same r4, r6
    expect_masked r5, 0xf0000000 | MODES, 0x90000000 | A | I | F | UND
    verdict "srs-rfe"

    test
    ldr r0, =words
    ldr r1, =frame
    run_late unprivileged
    ldr r2, =frame
    ldr r6, [r2]
    ldrh r7, [r2, #4]
    expect r4, 0x01234567
    expect r5, 0xef
    expect r6, 0x01234567
    expect r7, 0xef
    expect_seen COUNT, 0
    verdict "unprivileged-and-hints"

    test
    run_late conditional
    expect r4, 1
    expect_masked r5, MODES, A | I | F | SVC
    expect_masked r6, MODES, F | SVC
    verdict "it-block"

    test                                @ what a kernel's code is not, user mode executes as it always did
    run_late masks                      @ the same words as of the kernel's code
    mov r4, #0
    user
    ldr r9, =late + 1
    blx r9
    privileged
    expect_masked r4, USER_MODES, USR
    expect_masked r5, USER_MODES, USR
    expect_masked r6, USER_MODES, USR
    expect_masked r7, USER_MODES, USR
    expect_seen COUNT, 0
    verdict "masks-in-user"
    b power_off
    .ltorg

@ Halfwords of code, but data here: what stands beside is what they are.
    .section .rodata
    .balign 4
masks:
    .short 0xf3ef, 0x8400               @ mrs r4, cpsr
    .short 0xb663                       @ cpsie if
    .short 0xf3ef, 0x8500               @ mrs r5, cpsr
    .short 0xf3af, 0x8752               @ cpsid i, #IRQ
    .short 0xf3ef, 0x8600               @ mrs r6, cpsr
    .short 0x20d3                       @ movs r0, #(I | F | SVC)
    .short 0xf380, 0x8100               @ msr cpsr_c, r0
    .short 0xf3ef, 0x8700               @ mrs r7, cpsr
    .short 0x4770                       @ bx lr
    .balign 4
back:
    .short 0xf390, 0x8f00               @ msr spsr_fsxc, r0
    .short 0xf3ff, 0x8400               @ mrs r4, spsr
    .short 0xf1ae, 0x0e01               @ sub lr, lr, #1
    .short 0xf3de, 0x8f00               @ subs pc, lr, #0
    .balign 4
stacked:
    .short 0xf390, 0x8f00               @ msr spsr_fsxc, r0
    .short 0xf1ae, 0x0e01               @ sub lr, lr, #1
    .short 0xe82d, 0xc013               @ srsdb sp!, #SVC
    .short 0xe9bd, 0xc000               @ rfeia sp!
    .balign 4
unprivileged:
    .short 0xf850, 0x4e00               @ ldrt r4, [r0]
    .short 0xf810, 0x5e04               @ ldrbt r5, [r0, #4]
    .short 0xf841, 0x4e00               @ strt r4, [r1]
    .short 0xf821, 0x5e04               @ strht r5, [r1, #4]
    .short 0xbf40                       @ sev
    .short 0xbf20                       @ wfe
    .short 0xf3af, 0x8004               @ sev.w
    .short 0xf3af, 0x8002               @ wfe.w
    .short 0x4770                       @ bx lr
    .balign 4
conditional:
    .short 0x2401                       @ movs r4, #1
    .short 0x2053                       @ movs r0, #(F | SVC)
    .short 0xbf0b                       @ itete eq
    .short 0xf3ef, 0x8400               @ mrseq r4, cpsr
    .short 0xf3ef, 0x8500               @ mrsne r5, cpsr
    .short 0xf3ef, 0x8500               @ mrseq r5, cpsr
    .short 0xf380, 0x8300               @ msrne cpsr_cx, r0
    .short 0xf3ef, 0x8600               @ mrs r6, cpsr
    .short 0xb676                       @ cpsid ai
    .short 0x4770                       @ bx lr
    .balign 4
    .space 64                           @ copying goes on behind the end
words:
    .word 0x01234567, 0x89abcdef

    .bss
    .balign 64
late:
    .space 64
frame:
    .space 16
