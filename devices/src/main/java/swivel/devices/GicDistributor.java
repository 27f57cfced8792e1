package swivel.devices;

/** The distributor's registers of a {@link GicV2} as one CPU sees them (ARM IHI 0048B, 4.1.2 and 4.3). */
final class GicDistributor implements WordRegisters {
    /** Distributor control (4.3.1). */
    static final int CTLR = 0x000;
    /** Interrupt controller type (4.3.2). */
    static final int TYPER = 0x004;
    /** Implementer identification (4.3.3). */
    static final int IIDR = 0x008;
    /** Group, a bit each (4.3.4). */
    static final int IGROUPR = 0x080;
    /** Set-enable (4.3.5). */
    static final int ISENABLER = 0x100;
    /** Clear-enable (4.3.6). */
    static final int ICENABLER = 0x180;
    /** Set-pending (4.3.7). */
    static final int ISPENDR = 0x200;
    /** Clear-pending (4.3.8). */
    static final int ICPENDR = 0x280;
    /** Set-active (4.3.9). */
    static final int ISACTIVER = 0x300;
    /** Clear-active (4.3.10). */
    static final int ICACTIVER = 0x380;
    /** Priority, a byte each (4.3.11). */
    static final int IPRIORITYR = 0x400;
    /** Target CPUs, a byte each (4.3.12). */
    static final int ITARGETSR = 0x800;
    /** Configuration, two bits each (4.3.13). */
    static final int ICFGR = 0xc00;
    /** Here the registers of two bits each end. */
    private static final int ICFGR_END = 0xd00;
    /** Software-generated interrupt (4.3.15). */
    static final int SGIR = 0xf00;
    /** SGI clear-pending, a byte of sources each (4.3.16). */
    static final int CPENDSGIR = 0xf10;
    /** SGI set-pending, a byte of sources each (4.3.17). */
    static final int SPENDSGIR = 0xf20;
    /** Identification (4.3.18), to the window's end. */
    static final int ID = 0xfd0;

    /** CTLR: forward Group 0, Group 1. */
    static final int ENABLE_GROUP0 = 1;

    static final int ENABLE_GROUP1 = 1 << 1;

    /** TYPER.CPUNumber: CPUs less one. */
    private static final int TYPER_CPU_NUMBER = 5;

    /** IIDR and GICC_IIDR: Implementer, ARM. */
    static final int IMPLEMENTER_ARM = 0x43b;

    /** SGIR.TargetListFilter at bits 25:24, and two of its values. */
    private static final int SGIR_FILTER = 24;

    private static final int TO_LIST = 0;
    private static final int TO_OTHERS = 1;
    private static final int TO_SELF = 2;
    /** SGIR.CPUTargetList at bits 23:16. */
    private static final int SGIR_LIST = 16;

    /** Registers with a bit for each interrupt: bytes of a bank of them. */
    private static final int BANK = 0x80;

    /** What ICFGR says for an edge-triggered interrupt: the upper of its two bits. */
    private static final int ICFGR_EDGE = 2;

    /** The ID registers from 0xfd0 on, of architecture version 2. */
    private static final int[] IDS = {
        0x04, 0x00, 0x00, 0x00, 0x90, 0xb4, 0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
    };

    private final GicV2 gic;
    private final GicV2.State state;
    private final int cpu;

    GicDistributor(GicV2 gic, int cpu) {
        this.gic = gic;
        this.state = gic.state;
        this.cpu = cpu;
    }

    @Override
    public int readWord(int offset) {
        if (offset >= IGROUPR && offset < IPRIORITYR) {
            return readBits(offset & -BANK, offset % BANK >>> 2);
        } else if (offset >= IPRIORITYR && offset < ITARGETSR) {
            return readBytes(state.priority, offset - IPRIORITYR);
        } else if (offset >= ITARGETSR && offset < ICFGR) {
            return readTargets(offset - ITARGETSR);
        } else if (offset >= ICFGR && offset < ICFGR_END) {
            return readConfiguration((offset - ICFGR) * 4);
        } else if (offset >= CPENDSGIR && offset < SPENDSGIR + GicV2.SGIS) {
            return readSgiSources(offset & GicV2.SGIS - 4);
        } else if (offset >= ID) {
            return IDS[offset - ID >>> 2];
        }
        return switch (offset) {
            case CTLR -> state.distributorControl;
            case TYPER -> gic.words() - 1 | gic.cpus() - 1 << TYPER_CPU_NUMBER;
            case IIDR -> IMPLEMENTER_ARM;
            default -> 0;
        };
    }

    @Override
    public void writeWord(int offset, int value, int lanes) {
        if (offset >= IGROUPR && offset < IPRIORITYR) {
            writeBits(offset & -BANK, offset % BANK >>> 2, value, lanes);
        } else if (offset >= IPRIORITYR && offset < ITARGETSR) {
            writeBytes(state.priority, offset - IPRIORITYR, value, lanes);
        } else if (offset >= ITARGETSR + GicV2.PRIVATE && offset < ICFGR) {
            writeBytes(state.targets, offset - ITARGETSR, value, lanes);
        } else if (offset >= ICFGR && offset < ICFGR_END) {
            writeConfiguration((offset - ICFGR) * 4, value, lanes);
        } else if (offset >= CPENDSGIR && offset < SPENDSGIR) {
            writeSgiSources(offset - CPENDSGIR, value, false);
        } else if (offset >= SPENDSGIR && offset < SPENDSGIR + GicV2.SGIS) {
            writeSgiSources(offset - SPENDSGIR, value, true);
        } else if (offset == CTLR) {
            int merged = state.distributorControl & ~lanes | value;
            state.distributorControl = merged & (ENABLE_GROUP0 | ENABLE_GROUP1);
        } else if (offset == SGIR && lanes == -1) {
            sendSgi(value);
        }
        gic.update();
    }

    private int readBits(int bank, int n) {
        if (n >= gic.words()) {
            return 0;
        }
        int word = gic.word(cpu, n);
        return switch (bank) {
            case IGROUPR -> state.group[word];
            case ISENABLER, ICENABLER -> state.enabled[word];
            case ISPENDR, ICPENDR -> gic.pending(word);
            default -> state.active[word];
        };
    }

    private void writeBits(int bank, int n, int value, int lanes) {
        if (n >= gic.words()) {
            return;
        }
        int word = gic.word(cpu, n);
        int bits = value & gic.existing(n);
        int notSgis = n == 0 ? bits & -(1 << GicV2.SGIS) : bits;
        switch (bank) {
            case IGROUPR -> state.group[word] = state.group[word] & ~lanes | bits;
            case ISENABLER -> state.enabled[word] |= bits;
            case ICENABLER -> state.enabled[word] &= ~notSgis;
            case ISPENDR -> state.latched[word] |= notSgis;
            case ICPENDR -> state.latched[word] &= ~notSgis;
            case ISACTIVER -> state.active[word] |= bits;
            default -> state.active[word] &= ~bits;
        }
    }

    private int readBytes(byte[] bytes, int intid) {
        int value = 0;
        for (int i = 0; i < 4 && gic.exists(intid + i); i++) {
            value |= (bytes[gic.slot(cpu, intid + i)] & 0xff) << i * 8;
        }
        return value;
    }

    private void writeBytes(byte[] bytes, int intid, int value, int lanes) {
        for (int i = 0; i < 4 && gic.exists(intid + i); i++) {
            if ((lanes >>> i * 8 & 1) != 0) {
                bytes[gic.slot(cpu, intid + i)] = (byte) (value >>> i * 8);
            }
        }
    }

    /** With one CPU these read as zero; the first words tell a CPU its own number. */
    private int readTargets(int intid) {
        if (gic.cpus() == 1) {
            return 0;
        }
        return intid < GicV2.PRIVATE ? (1 << cpu) * 0x01010101 : readBytes(state.targets, intid);
    }

    private int readConfiguration(int intid) {
        int value = 0;
        for (int i = 0; i < 16 && gic.exists(intid + i); i++) {
            value |= GicV2.get(state.edge, gic.slot(cpu, intid + i)) ? ICFGR_EDGE << i * 2 : 0;
        }
        return value;
    }

    private void writeConfiguration(int intid, int value, int lanes) {
        for (int i = 0; i < 16 && gic.exists(intid + i); i++) {
            if (intid >= GicV2.SGIS && (lanes >>> i * 2 & 1) != 0) {
                GicV2.set(state.edge, gic.slot(cpu, intid + i), (value >>> i * 2 & ICFGR_EDGE) != 0);
            }
        }
    }

    private int readSgiSources(int sgi) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value |= gic.sgiSources(cpu, sgi + i) << i * 8;
        }
        return value;
    }

    private void writeSgiSources(int sgi, int value, boolean pending) {
        for (int i = 0; i < 4; i++) {
            int sources = value >>> i * 8 & (1 << gic.cpus()) - 1;
            int old = gic.sgiSources(cpu, sgi + i);
            gic.setSgiSources(cpu, sgi + i, pending ? old | sources : old & ~sources);
        }
    }

    private void sendSgi(int value) {
        int self = 1 << cpu;
        int targets = switch (value >>> SGIR_FILTER & 3) {
            case TO_LIST -> value >>> SGIR_LIST & 0xff;
            case TO_OTHERS -> ~self;
            case TO_SELF -> self;
            default -> 0; // reserved
        };
        gic.sendSgi(cpu, value & GicV2.SGIS - 1, targets);
    }
}
