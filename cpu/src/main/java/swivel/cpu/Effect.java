package swivel.cpu;

import swivel.arm.Operand2;

/**
 * What an instruction of a virtual kernel does to the state in the {@link SystemSlots}, as {@link Intrinsics} say it:
 * nothing that only a processor with micro-operations could do. One that lifts turns an effect into those; a real core
 * would have a handler for each.
 *
 * <p>An effect is all or nothing. Where it says that it traps, the trap is {@link Trap.Intrinsic} unless another is
 * named, the state is that in front of the instruction, and the hypervisor does what the instruction asks for. Slots
 * are those of {@link UserState#r}, so r0 to r14 are slots too.
 */
public sealed interface Effect {

    /** None: it goes on behind the instruction. */
    record Nothing() implements Effect {}

    /** A slot becomes a number. */
    record Set(int slot, int number) implements Effect {}

    /** A slot becomes what another holds. */
    record Copy(int to, int from) implements Effect {}

    /** The bits of a mask of a slot become those of a number or of a register. */
    record Merge(int slot, Operand2 value, int mask) implements Effect {}

    /**
     * The bits of a mask of a slot become those of a register, the others zero. If that changed the slot, it is {@link
     * Trap.Attention} behind the instruction, but for one other value: that selects the {@linkplain
     * AddressSpace#setAlternate alternate} of the current space, where it goes on.
     *
     * @param other the slot that has this value, and now gets the one that there was; none if it is that of
     *     {@code slot}
     */
    record Select(int slot, int register, int mask, int other) implements Effect {}

    /**
     * CPS: masks of {@link SystemSlots#STATUS} become zero and one. It is {@link Trap.Attention} behind the instruction
     * if something that is {@link SystemSlots#PENDING} is masked no longer.
     *
     * @param mode traps unless this is the mode; negative: any
     */
    record ChangeMasks(int clears, int sets, int mode) implements Effect {}

    /** MRS: a register becomes CPSR, with the mode and masks of {@link SystemSlots#STATUS}. */
    record ReadStatus(int register) implements Effect {}

    /**
     * MSR: the bits of a mask of CPSR become those of a number or of a register. Masks it writes as {@link ChangeMasks}
     * does.
     *
     * @param mask if it has the mode, it traps where the mode would change, but for a change from SVC to SYS or back
     *     that the processor may do by itself: SP and LR are exchanged with {@link SystemSlots#SP_OTHER} and
     *     {@link SystemSlots#LR_OTHER}
     */
    record WriteStatus(Operand2 value, int mask) implements Effect {}

    /**
     * LDM or STM of registers of user mode, which in SVC mode are r0 to r12 and {@link SystemSlots#SP_OTHER} and
     * {@link SystemSlots#LR_OTHER}; traps in other modes.
     *
     * @param list a bit for each register but the PC
     * @param displacement of the lowest from Rn
     */
    record UserRegisters(boolean load, int rn, int list, int displacement) implements Effect {}

    /**
     * MOVS PC, Rm and its like that return from SVC mode to a program; traps unless nothing but this is to do: the
     * program is in no IT block, its data are little-endian, no interrupt waits for it, and
     * {@link SystemSlots#CALL_VECTOR} is open.
     */
    record ReturnToUser(int register) implements Effect {}

    /**
     * SUBS PC, LR, #n and its like that return from the {@link SystemSlots#SPARE_MODE} to SVC mode; traps unless
     * nothing but this is to do: what was interrupted is in no IT block, its data are little-endian, no interrupt waits
     * for it.
     *
     * @param subtracted from the register
     */
    record ReturnToSupervisor(int register, int subtracted) implements Effect {}

    /**
     * SVC of a program: the exception is taken as {@link SystemSlots#CALL_VECTOR} says; {@link Trap.SupervisorCall} if
     * that is closed.
     *
     * @param number of the call
     * @param state the execution state behind it, T and ITSTATE, at their places in CPSR
     */
    record SupervisorCall(int number, int state) implements Effect {}

    /**
     * Two slots become the low and the high word of a counter that goes on with the machine's time.
     *
     * @param shift its period is 2^shift nanoseconds; 1 to 31
     * @param permission a slot; if the bit is not set there, it is {@link Trap.UndefinedInstruction}
     * @param bit as a mask; 0 if no permission is needed
     */
    record Counter(int low, int high, int shift, int permission, int bit) implements Effect {}

    /**
     * Nothing, but {@link Trap.UndefinedInstruction} if an address space maps the page of the address in a register.
     */
    record DropPage(int register) implements Effect {}
}
