package swivel.devices;

import swivel.memory.InterruptLine;
import swivel.memory.Mmio;
import swivel.memory.Snapshot;

/**
 * The Generic Interrupt Controller, architecture version 2, without the Security Extensions (ARM IHI 0048B): what its
 * state is and which interrupt a CPU gets. The registers are in {@link GicDistributor} and {@link GicCpuInterface}.
 *
 * <p>An interrupt is named by its INTID: 0-15 software-generated (SGI), 16-31 private to a CPU (PPI), from 32 on shared
 * (SPI). The state of INTIDs below 32 exists once for each CPU. So all state is indexed by <em>slot</em>:
 *
 * <pre>
 *   slot   0 ..         32 ..            32 * cpus ..
 *        +------------+------------+-- ~ --+---------------------- ~ --+
 *        | CPU 0      | CPU 1      |       | INTIDs from 32 on         |
 *        | INTID 0-31 | INTID 0-31 |       |                           |
 *        +------------+------------+-- ~ --+---------------------- ~ --+
 * </pre>
 */
public final class GicV2 implements Snapshot {
    /** Bytes of the distributor's window. */
    public static final int DISTRIBUTOR_SIZE = 0x1000;

    /** Bytes of a CPU interface's window. */
    public static final int CPU_INTERFACE_SIZE = 0x2000;

    /** INTIDs from here on name no interrupt (3.2.5). */
    static final int FIRST_SPECIAL = 1020;
    /** What is acknowledged when the interrupt belongs to Group 1 and has to be read from the aliased register. */
    static final int GROUP1_PENDING = 1022;
    /** What is acknowledged when nothing is pending. */
    static final int SPURIOUS = 1023;
    /** INTIDs below are private to a CPU. */
    static final int PRIVATE = 32;
    /** INTIDs below are software-generated. */
    static final int SGIS = 16;
    /** The priority of a CPU that handles no interrupt, lower than all others (3.3.2). */
    static final int IDLE_PRIORITY = 0xff;

    private static final int MAX_CPUS = 8;

    /** Words of active priorities for one group of one CPU: a bit for each of the 128 group priorities. */
    static final int ACTIVE_PRIORITY_WORDS = 4;

    /** What a snapshot keeps. The bitmaps have a bit for each slot, 32 to a word. */
    static final class State {
        /** GICD_CTLR. */
        int distributorControl;

        final int[] group;
        final int[] enabled;
        /** Pending until acknowledged: edges, SGIs and what was written to GICD_ISPENDR (4.3.7). */
        final int[] latched;
        /** The level of the input. */
        final int[] level;

        final int[] active;
        /** Edge-triggered; else level-sensitive. */
        final int[] edge;

        /** By slot. */
        final byte[] priority;
        /** By slot: the CPUs that get it, as bits. */
        final byte[] targets;
        /** By CPU and SGI: the CPUs that sent it, as bits. */
        final byte[] sgiSources;

        /** By CPU, each a register of its interface. */
        final int[] control;

        final int[] priorityMask;
        final int[] binaryPoint;
        final int[] aliasedBinaryPoint;
        /** GICC_APRn and GICC_NSAPRn: by CPU, group and word. */
        final int[] activePriorities;

        State(int cpus, int words) {
            int slotWords = cpus - 1 + words;
            group = new int[slotWords];
            enabled = new int[slotWords];
            latched = new int[slotWords];
            level = new int[slotWords];
            active = new int[slotWords];
            edge = new int[slotWords];
            priority = new byte[slotWords * Integer.SIZE];
            targets = new byte[slotWords * Integer.SIZE];
            sgiSources = new byte[cpus * SGIS];
            control = new int[cpus];
            priorityMask = new int[cpus];
            binaryPoint = new int[cpus];
            aliasedBinaryPoint = new int[cpus];
            activePriorities = new int[cpus * 2 * ACTIVE_PRIORITY_WORDS];
        }

        void fields(Archive fields) {
            distributorControl = fields.word(distributorControl);
            fields.words(group);
            fields.words(enabled);
            fields.words(latched);
            fields.words(level);
            fields.words(active);
            fields.words(edge);
            fields.bytes(priority);
            fields.bytes(targets);
            fields.bytes(sgiSources);
            fields.words(control);
            fields.words(priorityMask);
            fields.words(binaryPoint);
            fields.words(aliasedBinaryPoint);
            fields.words(activePriorities);
        }
    }

    /** The wires to one CPU. */
    public record Outputs(InterruptLine irq, InterruptLine fiq) {}

    private final int interrupts;
    private final int words;
    private final Outputs[] outputs;
    final State state;

    /**
     * Makes a controller after reset.
     *
     * @param interrupts INTIDs in all, SGIs and PPIs included: a multiple of 32 up to 992, or 1020; QEMU's {@code virt}
     *     has 288
     * @param outputs the wires to each CPU, 1 to 8 of them
     * @throws IllegalArgumentException if there cannot be so many
     */
    public GicV2(int interrupts, Outputs... outputs) {
        boolean countable = interrupts % Integer.SIZE == 0 && interrupts < FIRST_SPECIAL || interrupts == FIRST_SPECIAL;
        if (!countable || interrupts < PRIVATE || outputs.length == 0 || outputs.length > MAX_CPUS) {
            throw new IllegalArgumentException(
                    "a GICv2 cannot have " + interrupts + " interrupts and " + outputs.length + " CPUs");
        }
        this.interrupts = interrupts;
        this.words = interrupts + Integer.SIZE - 1 >>> 5;
        this.outputs = outputs.clone();
        this.state = new State(outputs.length, words);
        for (int cpu = 0; cpu < outputs.length; cpu++) {
            state.enabled[cpu] = (1 << SGIS) - 1; // SGIs are always enabled,
            state.edge[cpu] = (1 << SGIS) - 1; // and edge-triggered
            state.aliasedBinaryPoint[cpu] = GicCpuInterface.MIN_ALIASED_BINARY_POINT;
        }
    }

    @Override
    public void fields(Archive fields) {
        fields.same(interrupts + " interrupts, " + outputs.length + " CPUs");
        state.fields(fields);
    }

    /** The input of an interrupt from 16 on; a PPI's is that of CPU 0. */
    public InterruptLine line(int intid) {
        return line(0, intid);
    }

    /**
     * The input of an interrupt.
     *
     * @param cpu whose, for a PPI
     * @throws IllegalArgumentException if there is no such PPI or SPI
     */
    public InterruptLine line(int cpu, int intid) {
        if (intid < SGIS || intid >= interrupts || cpu < 0 || cpu >= outputs.length) {
            throw new IllegalArgumentException("no interrupt input " + intid + " of CPU " + cpu);
        }
        int slot = slot(cpu, intid);
        return asserted -> setLevel(slot, asserted);
    }

    /** The distributor's window as a CPU sees it, {@link #DISTRIBUTOR_SIZE} bytes. */
    public Mmio distributor(int cpu) {
        return new GicDistributor(this, cpu);
    }

    /** The window of a CPU's interface, {@link #CPU_INTERFACE_SIZE} bytes. */
    public Mmio cpuInterface(int cpu) {
        return new GicCpuInterface(this, cpu);
    }

    int cpus() {
        return outputs.length;
    }

    /** Words of a register bitmap, 32 INTIDs each. */
    int words() {
        return words;
    }

    int slot(int cpu, int intid) {
        return intid < PRIVATE ? cpu * PRIVATE + intid : (outputs.length - 1) * PRIVATE + intid;
    }

    boolean exists(int intid) {
        return intid < interrupts;
    }

    /** The word of our bitmaps that holds INTIDs {@code 32 * n} to {@code 32 * n + 31}. */
    int word(int cpu, int n) {
        return slot(cpu, n * Integer.SIZE) >>> 5;
    }

    /** The INTIDs of a register bitmap's word that exist. */
    int existing(int n) {
        int left = interrupts - n * Integer.SIZE;
        return left >= Integer.SIZE ? -1 : (1 << left) - 1;
    }

    static boolean get(int[] bitmap, int slot) {
        return (bitmap[slot >>> 5] >>> slot & 1) != 0;
    }

    static void set(int[] bitmap, int slot, boolean bit) {
        if (bit) {
            bitmap[slot >>> 5] |= 1 << slot;
        } else {
            bitmap[slot >>> 5] &= ~(1 << slot);
        }
    }

    private void setLevel(int slot, boolean asserted) {
        if (get(state.level, slot) != asserted) {
            set(state.level, slot, asserted);
            if (asserted && get(state.edge, slot)) {
                set(state.latched, slot, true);
            }
            update();
        }
    }

    /** A word of pending bits: a level-sensitive input counts as long as it is asserted. */
    int pending(int word) {
        return state.latched[word] | state.level[word] & ~state.edge[word];
    }

    /** Sends an SGI (3.2.4); that which is not a CPU does not get it. */
    void sendSgi(int from, int sgi, int targetCpus) {
        for (int cpu = 0; cpu < outputs.length; cpu++) {
            if ((targetCpus >>> cpu & 1) != 0) {
                setSgiSources(cpu, sgi, sgiSources(cpu, sgi) | 1 << from);
            }
        }
    }

    int sgiSources(int cpu, int sgi) {
        return state.sgiSources[cpu * SGIS + sgi] & 0xff;
    }

    void setSgiSources(int cpu, int sgi, int sources) {
        state.sgiSources[cpu * SGIS + sgi] = (byte) sources;
        set(state.latched, slot(cpu, sgi), sources != 0);
    }

    /** The highest priority pending interrupt of a CPU that the distributor forwards, or {@link #SPURIOUS} (3.3). */
    int highestPending(int cpu) {
        int best = SPURIOUS;
        int bestPriority = IDLE_PRIORITY + 1;
        boolean group0 = (state.distributorControl & GicDistributor.ENABLE_GROUP0) != 0;
        boolean group1 = (state.distributorControl & GicDistributor.ENABLE_GROUP1) != 0;
        for (int n = 0; n < words; n++) {
            int word = word(cpu, n);
            int forwarded = (group0 ? ~state.group[word] : 0) | (group1 ? state.group[word] : 0);
            int ready = pending(word) & state.enabled[word] & ~state.active[word] & forwarded;
            for (; ready != 0; ready &= ready - 1) {
                int bit = Integer.numberOfTrailingZeros(ready);
                int slot = word * Integer.SIZE + bit;
                boolean forUs = n == 0 || outputs.length == 1 || (state.targets[slot] >>> cpu & 1) != 0;
                if (forUs && priority(slot) < bestPriority) {
                    best = n * Integer.SIZE + bit;
                    bestPriority = priority(slot);
                }
            }
        }
        return best;
    }

    private int priority(int slot) {
        return state.priority[slot] & 0xff;
    }

    boolean isGroup1(int cpu, int intid) {
        return get(state.group, slot(cpu, intid));
    }

    /**
     * The interrupt that a CPU is signalled: of sufficient priority to preempt what it handles (3.3.2); or
     * {@link #SPURIOUS}.
     */
    int signalled(int cpu) {
        int intid = highestPending(cpu);
        if (intid == SPURIOUS) {
            return SPURIOUS;
        }
        int enable = isGroup1(cpu, intid) ? GicCpuInterface.ENABLE_GROUP1 : GicCpuInterface.ENABLE_GROUP0;
        boolean sufficient = (state.control[cpu] & enable) != 0
                && priority(slot(cpu, intid)) < state.priorityMask[cpu]
                && groupPriority(cpu, intid) < runningPriority(cpu);
        return sufficient ? intid : SPURIOUS;
    }

    /**
     * The part of an interrupt's priority that counts for preemption (3.3.3); Group 1 has a binary point one higher.
     */
    private int groupPriority(int cpu, int intid) {
        boolean own = isGroup1(cpu, intid) && (state.control[cpu] & GicCpuInterface.COMMON_BINARY_POINT) == 0;
        int binaryPoint = own ? state.aliasedBinaryPoint[cpu] - 1 : state.binaryPoint[cpu];
        return priority(slot(cpu, intid)) & -(2 << binaryPoint);
    }

    /** The group priority of what a CPU handles, or {@link #IDLE_PRIORITY}. */
    int runningPriority(int cpu) {
        int first = Math.min(firstActivePriority(cpu, 0), firstActivePriority(cpu, 1));
        return Math.min(first << 1, IDLE_PRIORITY);
    }

    /** The number of a group's highest active group priority, from 0; beyond the last if there is none. */
    private int firstActivePriority(int cpu, int group) {
        int at = activePriorities(cpu, group);
        for (int i = 0; i < ACTIVE_PRIORITY_WORDS; i++) {
            int word = state.activePriorities[at + i];
            if (word != 0) {
                return i * Integer.SIZE + Integer.numberOfTrailingZeros(word);
            }
        }
        return ACTIVE_PRIORITY_WORDS * Integer.SIZE;
    }

    /** Index of the first word of a group's active priorities. */
    static int activePriorities(int cpu, int group) {
        return (cpu * 2 + group) * ACTIVE_PRIORITY_WORDS;
    }

    /** Makes an interrupt active; returns the CPU that sent it, for an SGI, else 0. */
    int activate(int cpu, int intid) {
        int slot = slot(cpu, intid);
        int number = groupPriority(cpu, intid) >>> 1;
        int group = isGroup1(cpu, intid) ? 1 : 0;
        state.activePriorities[activePriorities(cpu, group) + (number >>> 5)] |= 1 << number;
        set(state.active, slot, true);
        int source = 0;
        if (intid < SGIS) {
            int sources = sgiSources(cpu, intid);
            source = sources == 0 ? 0 : Integer.numberOfTrailingZeros(sources);
            setSgiSources(cpu, intid, sources & sources - 1);
        } else {
            set(state.latched, slot, false);
        }
        update();
        return source;
    }

    /** Ends the highest active priority of a group: priority drop (3.2.1). */
    void dropPriority(int cpu, int group) {
        int number = firstActivePriority(cpu, group);
        if (number < ACTIVE_PRIORITY_WORDS * Integer.SIZE) {
            state.activePriorities[activePriorities(cpu, group) + (number >>> 5)] &= ~(1 << number);
        }
    }

    /** Drives the wires to the CPUs. To be called after every change of state. */
    void update() {
        for (int cpu = 0; cpu < outputs.length; cpu++) {
            int intid = signalled(cpu);
            boolean any = intid != SPURIOUS;
            boolean asFiq = any && !isGroup1(cpu, intid) && (state.control[cpu] & GicCpuInterface.FIQ_ENABLE) != 0;
            outputs[cpu].irq.set(any && !asFiq);
            outputs[cpu].fiq.set(asFiq);
        }
    }
}
