@ late-code: sensitive instructions that nobody could rewrite, for they are data until the guest copies them into
@ RAM and runs them, in privileged modes and in user mode. MMU off.
    .include "common.inc"

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
    ldr r9, =late
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
    ldr r0, =0x60000000 | A | I | F | ABT
    run_late back
    mrs r5, cpsr
    cps #SVC
    expect r4, 0x60000000 | A | I | F | ABT
    expect_masked r5, 0xf0000000 | MODES, 0x60000000 | A | I | F | ABT
    verdict "movs-pc-lr"

    test
    mov r6, sp
    ldr r0, =0x90000000 | A | I | F | UND
    run_late stacked
    mrs r5, cpsr
    cps #SVC
    expect_same sp, r6
    expect_masked r5, 0xf0000000 | MODES, 0x90000000 | A | I | F | UND
    verdict "srs-rfe"

    test
    cps #SYS
    mov r6, sp
    cps #SVC
    ldr r0, =words
    ldr r1, =frame
    run_late users
    ldr r1, =frame
    ldm r1, {r4, r5}
    cps #SYS
    mov r7, sp
    mov sp, r6
    mov r6, lr
    cps #SVC
    expect r4, 0x01234567
    expect r5, 0x89abcdef
    expect r6, 0x89abcdef
    expect r7, 0x01234567
    verdict "user-registers"

    test
    ldr r0, =words
    ldr r1, =frame
    run_late unprivileged
    ldr r2, =frame
    ldr r6, [r2]
    ldrh r7, [r2, #4]
    sub r1, r1, r2
    expect r1, 4
    expect r4, 0x01234567
    expect r5, 0xef
    expect r6, 0x01234567
    expect r7, 0xef
    expect_seen COUNT, 0
    verdict "unprivileged-and-hints"

    test
    run_late conditional
    expect r4, 1
    expect_masked r5, MODES, I | F | SVC
    expect_masked r6, MODES, I | F | SVC
    verdict "conditions"

    test                                @ what a kernel's code is not, user mode executes as it always did
    run_late masks                      @ the same words as of the kernel's code
    mov r4, #0
    user
    ldr r9, =late
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

@ Words of code, but data here: what stands beside is what they are.
    .section .rodata
    .balign 4
masks:
    .word 0xe10f4000                    @ mrs r4, cpsr
    .word 0xf10800c0                    @ cpsie if
    .word 0xe10f5000                    @ mrs r5, cpsr
    .word 0xf10e0092                    @ cpsid i, #IRQ
    .word 0xe10f6000                    @ mrs r6, cpsr
    .word 0xe321f0d3                    @ msr cpsr_c, #(I | F | SVC)
    .word 0xe10f7000                    @ mrs r7, cpsr
    .word 0xe12fff1e                    @ bx lr
back:
    .word 0xe16ff000                    @ msr spsr_fsxc, r0
    .word 0xe14f4000                    @ mrs r4, spsr
    .word 0xe1b0f00e                    @ movs pc, lr
stacked:
    .word 0xe16ff000                    @ msr spsr_fsxc, r0
    .word 0xf96d0513                    @ srsdb sp!, #SVC
    .word 0xf8bd0a00                    @ rfeia sp!
users:
    .word 0xe8d06000                    @ ldm r0, {sp, lr}^
    .word 0xe320f000                    @ nop
    .word 0xe8c16000                    @ stm r1, {sp, lr}^
    .word 0xe12fff1e                    @ bx lr
unprivileged:
    .word 0xe4b04004                    @ ldrt r4, [r0], #4
    .word 0xe4f05000                    @ ldrbt r5, [r0]
    .word 0xe4a14004                    @ strt r4, [r1], #4
    .word 0xe0e150b0                    @ strht r5, [r1]
    .word 0xe320f004                    @ sev
    .word 0xe320f002                    @ wfe
    .word 0xe12fff1e                    @ bx lr
conditional:
    .word 0xe3b04001                    @ movs r4, #1
    .word 0x010f4000                    @ mrseq r4, cpsr
    .word 0xf1080100                    @ cpsie a
    .word 0x110f5000                    @ mrsne r5, cpsr
    .word 0x0321f0d1                    @ msreq cpsr_c, #(I | F | FIQ)
    .word 0xe10f6000                    @ mrs r6, cpsr
    .word 0xf10c0100                    @ cpsid a
    .word 0xe12fff1e                    @ bx lr
    .space 64                           @ copying goes on behind the end
words:
    .word 0x01234567, 0x89abcdef

    .bss
    .balign 64
late:
    .space 64
frame:
    .space 16
