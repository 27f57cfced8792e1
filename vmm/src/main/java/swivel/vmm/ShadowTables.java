package swivel.vmm;

import static swivel.arm.Cp15Fields.ASID;

import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import swivel.arm.Cp15;
import swivel.arm.core.Effect;
import swivel.cpu.AddressSpace;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.Processor;
import swivel.cpu.SystemSlots;
import swivel.memory.GuestMemory;

/**
 * The shadow page tables of a vCPU: which {@link Shadow} the processor runs in, and what the guest's TLB maintenance
 * does to them.
 *
 * <p>Kernel and user both run in user mode here, so each guest address space has shadows of its own for
 * virtual-privileged and virtual-user code: otherwise programs could reach the kernel's pages. Several guest address
 * spaces are kept, so that a context switch or a change of DACR selects and flushes nothing; the least recently used
 * gives way.
 */
final class ShadowTables {
    /** Enough for a dozen processes, each with two values of DACR in the kernel. */
    private static final int PRIVILEGED_SHADOWS = 24;

    private static final int USER_SHADOWS = 12;

    private static final int PAGE = GuestMemory.PAGE_SIZE;

    /** So many pages at most are dropped ahead of those that the guest invalidates. */
    private static final int MAX_AHEAD = 32;

    private final Processor processor;
    private final SystemRegisters system;
    private final Statistics statistics;
    private final int[] slots;
    private final Pool privileged;
    private final Pool user;
    private final GlobalRegions globals = new GlobalRegions();

    /**
     * The register that the processor writes to go to the alternate of a current space and back; null: there is none.
     */
    private Cp15 selecting;

    /** The address, with the ASID, of the last page that was dropped by address. */
    private int lastInvalidated;

    ShadowTables(
            Processor processor,
            TableWalker walker,
            SystemRegisters system,
            GuestMemory memory,
            Statistics statistics,
            int[] slots,
            Sensitive kernelCode) {
        this.processor = processor;
        this.system = system;
        this.statistics = statistics;
        this.slots = slots;
        this.privileged = new Pool(
                PRIVILEGED_SHADOWS,
                () -> new Shadow(processor, walker, system, memory, statistics, globals, true, kernelCode));
        this.user = new Pool(
                USER_SHADOWS,
                () -> new Shadow(processor, walker, system, memory, statistics, globals, false, Sensitive.EXECUTE));
    }

    /** The address space to run in. */
    AddressSpace space(boolean privilegedMode) {
        if (privileged.current == null) {
            select();
        } else if (selecting != null
                && system.get(selecting) != privileged.current.key().valueOf(selecting)) {
            privileged.exchange(); // as the processor did
            user.exchange();
        }
        return (privilegedMode ? privileged : user).current.space();
    }

    /**
     * The two current ones become each other's peer, and system calls go from one to the other. The two with another
     * key before them become their alternates, if there is but one register to write to come back to them.
     */
    private void select() {
        Shadow kernel = privileged.current();
        Shadow program = user.current();
        kernel.space().setUnprivileged(program.space());
        slots[SystemSlots.CALL_VECTOR] = system.callVector();
        Shadow other = privileged.other;
        if (other == null || user.other == null || !other.key().equals(user.other.key())) {
            return;
        }
        Cp15 register = kernel.key().registerTo(other.key());
        if (register != null && privileged.useOther() && user.useOther()) {
            other.space().setUnprivileged(user.other.space());
            kernel.space().setAlternate(other.space());
            selecting = register;
            system.setOther(register, other.key().valueOf(register));
        }
    }

    /** Whether the space that was last run in is still the one to run in. */
    boolean isSelected() {
        return privileged.current != null;
    }

    /** One of the registers of {@link ShadowKey}, or the ASID, was written. */
    void contextChanged() {
        privileged.current = null;
        user.current = null;
        slots[SystemSlots.CALL_VECTOR] = SystemSlots.CLOSED;
        selecting = null;
        system.clearOthers();
    }

    void invalidateAll() {
        clear();
        contextChanged();
    }

    /** Empties all, and leaves current what is. */
    void clear() {
        forEach(Shadow::clear);
        globals.clear();
    }

    /**
     * Carries out TLB maintenance of a kind (ARM DDI 0406C, B4.2.2), and leaves current what is.
     *
     * @param value what was written to the register: an address, an ASID or both
     */
    void maintain(Effect kind, int value) {
        switch (kind) {
            case TLB_ALL -> clear();
            case TLB_PAGE, TLB_PAGE_OF_ALL -> {
                invalidatePage(kind, value);
                invalidateAhead(kind, value);
            }
            case TLB_ASID -> forEach(shadow -> shadow.invalidateAsid(value & ASID));
            default -> throw new IllegalArgumentException(kind + " is no TLB maintenance");
        }
    }

    /** Whether there may be something that such maintenance changes. */
    boolean concerns(Effect kind, int value) {
        return switch (kind) {
            case TLB_ALL -> true;
            case TLB_ASID -> any(shadow -> shadow.asid() == (value & ASID));
            default -> any(shadow -> shadow.mayMap(value));
        };
    }

    private void invalidatePage(Effect kind, int value) {
        if (kind == Effect.TLB_PAGE) {
            invalidatePage(value, value & ASID);
        } else {
            invalidatePage(value);
        }
    }

    /**
     * Kernels invalidate a range page by page, and each page that is mapped traps. Who has invalidated two pages in a
     * row is taken to go on, and those of a program that are mapped ahead are dropped at once: a TLB may lose any entry
     * at any time.
     */
    private void invalidateAhead(Effect kind, int value) {
        int distance = value - lastInvalidated;
        boolean goesOn = (distance & PAGE - 1) == 0 && distance > 0 && distance <= MAX_AHEAD * PAGE;
        lastInvalidated = value;
        int end = value + MAX_AHEAD * PAGE;
        while (goesOn && lastInvalidated != end && user.last != null && user.last.mayMap(lastInvalidated + PAGE)) {
            lastInvalidated += PAGE;
            invalidatePage(kind, lastInvalidated);
        }
    }

    /** By address. Shadows of every ASID drop it. */
    private void invalidatePage(int va) {
        forEach(shadow -> shadow.invalidatePage(va));
    }

    /** By address and ASID: that ASID's page, or a global one. */
    private void invalidatePage(int va, int asid) {
        if (globals.mayHave(va)) {
            invalidatePage(va);
        } else {
            privileged.invalidatePage(va, asid);
            user.invalidatePage(va, asid);
        }
    }

    /** Returns when the vCPU runs no guest code: {@link Processor#halt}. */
    void halt() {
        processor.halt();
    }

    private void forEach(Consumer<Shadow> action) {
        for (int i = 0; i < privileged.used; i++) {
            action.accept(privileged.shadows[i]);
        }
        for (int i = 0; i < user.used; i++) {
            action.accept(user.shadows[i]);
        }
    }

    /** Whether a condition holds for one of the shadows; those behind it are not looked at. */
    private boolean any(Predicate<Shadow> condition) {
        return privileged.any(condition) || user.any(condition);
    }

    /** The shadows of one privilege. */
    private final class Pool {
        private final Shadow[] shadows;
        private final Supplier<Shadow> maker;
        private int used;
        private long clock;
        /** Null when it has to be found. */
        private Shadow current;

        /** What is current, or was when there was one. */
        private Shadow last;

        /** What was current before it, and had another key then; null: nothing. */
        private Shadow other;
        /** By ASID and DACR, hashed: what was selected last. */
        private final Shadow[] hints = new Shadow[ASID + 1];

        Pool(int size, Supplier<Shadow> maker) {
            this.shadows = new Shadow[size];
            this.maker = maker;
        }

        Shadow current() {
            if (current == null) {
                current = select();
                current.lastUsed = ++clock;
                if (last != null && !last.key().equals(current.key())) {
                    other = last;
                }
                last = current;
            }
            return current;
        }

        /** Whether the other one may be used once its key is wanted; then it was just used. */
        boolean useOther() {
            ShadowKey key = other.key();
            other.lastUsed = clock;
            return other.serves(key, system.asid(key.ttbcr()));
        }

        boolean any(Predicate<Shadow> condition) {
            for (int i = 0; i < used; i++) {
                if (condition.test(shadows[i])) {
                    return true;
                }
            }
            return false;
        }

        void exchange() {
            last = other;
            other = current;
            current = last;
        }

        private Shadow select() {
            ShadowKey key = ShadowKey.of(system);
            int asid = system.asid();
            int hint = (asid ^ key.dacr()) & ASID;
            Shadow last = hints[hint];
            if (last == null || !last.serves(key, asid)) {
                last = find(key, asid);
                hints[hint] = last;
            }
            return last;
        }

        private Shadow find(ShadowKey key, int asid) {
            Shadow oldest = null;
            for (int i = 0; i < used; i++) {
                Shadow shadow = shadows[i];
                if (shadow.serves(key, asid)) {
                    return shadow;
                }
                if (oldest == null || shadow.lastUsed < oldest.lastUsed) {
                    oldest = shadow;
                }
            }
            if (used < shadows.length) {
                oldest = maker.get();
                shadows[used++] = oldest;
            } else {
                statistics.shadowEvictions++;
            }
            oldest.reuse(key);
            return oldest;
        }

        void invalidatePage(int va, int asid) {
            for (int i = 0; i < used; i++) {
                if (shadows[i].asid() == asid) {
                    shadows[i].invalidatePage(va);
                }
            }
        }
    }
}
