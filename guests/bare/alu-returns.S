@ alu-returns: the deprecated data-processing instructions with S and PC that are exception returns too
@ (SUBS and MOVS are in `sensitive`). QEMU 7.2 executes these as plain jumps and FAILs here: the oracle
@ is the architecture (ARMv7-A manual, B9.3.20), and there is no reference console.
    .include "common.inc"
    .include "returns.inc"

main:
    begin_return
    sub lr, lr, #0x100
    adds pc, lr, #0x100
    end_return "adds"
    begin_return
    rsb lr, lr, #0
    rsbs pc, lr, #0
    end_return "rsbs"
    begin_return
    mvn lr, lr
    mvns pc, lr
    end_return "mvns"
    begin_return
    mov r1, #0
    orrs pc, lr, r1
    end_return "orrs"
    begin_return
    mvn r1, #0
    ands pc, lr, r1
    end_return "ands"
    begin_return
    mov r1, #0x40
    eor lr, lr, r1
    eors pc, lr, #0x40
    end_return "eors"
    begin_return
    orr lr, lr, #0x80000000
    bics pc, lr, #0x80000000
    end_return "bics"
    begin_return
    msr cpsr_f, #0x20000000             @ C
    sub lr, lr, #1
    adcs pc, lr, #0
    end_return "adcs"
    begin_return
    msr cpsr_f, #0x00000000
    add lr, lr, #1
    sbcs pc, lr, #0
    end_return "sbcs"
    begin_return
    msr cpsr_f, #0x20000000             @ C
    rsb lr, lr, #0
    rscs pc, lr, #0
    end_return "rscs"
    b power_off
