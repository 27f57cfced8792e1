package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static swivel.arm.Cp15Fields.SCTLR_AFE;
import static swivel.arm.Cp15Fields.SCTLR_EE;
import static swivel.arm.Cp15Fields.SCTLR_M;
import static swivel.arm.Cp15Fields.TTBCR_A1;
import static swivel.arm.Cp15Fields.TTBCR_EAE;
import static swivel.arm.Cp15Fields.TTBCR_EPD0;
import static swivel.arm.Cp15Fields.TTBCR_EPD1;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Cp15;
import swivel.arm.FaultStatus;
import swivel.arm.core.CoreModel;
import swivel.cpu.AddressSpace.Access;
import swivel.memory.GuestMemory;

/**
 * The guest's long descriptors against the manual's, written down here a second time (ARM DDI 0406C, B3.6, B3.7,
 * B3.13).
 */
final class LongDescriptorsTest {
    private static final int RAM = 0x4000_0000;
    private static final int SIZE = 1 << 20;
    /** Tables of each level. */
    private static final int FIRST = RAM + 0x4000;

    private static final int SECOND = RAM + 0x5000;
    private static final int THIRD = RAM + 0x6000;
    private static final int UPPER = RAM + 0x8000;
    private static final int NOT_RAM = 0x1000_0000;
    private static final long TABLE = 3;
    private static final long AF = 1 << 10;

    /** In the gigabyte 1, its entry 0x11a of level 2, entry 0x45 of level 3. */
    private static final int VA = 0x6344_5678;

    private final GuestMemory memory = new GuestMemory(RAM, SIZE);
    private final SystemRegisters system = new SystemRegisters(CoreModel.CORTEX_A15.cp15(), new Registers());
    private final TableWalker walker = new TableWalker(system, memory);

    @BeforeEach
    void turnOn() {
        system.reset();
        system.set(Cp15.SCTLR, SCTLR_M);
        system.set(Cp15.TTBCR, TTBCR_EAE);
        system.setLong(Cp15.TTBR0, FIRST);
        system.setLong(Cp15.TTBR1, UPPER);
    }

    private void write(int at, long descriptor) {
        memory.write32(at, (int) descriptor);
        memory.write32(at + 4, (int) (descriptor >>> 32));
    }

    /** What maps memory at each level. */
    enum Kind {
        GIGABYTE(1, 1, 0x5a_4000_0000L, 0x5a_6344_5678L),
        BLOCK(2, 1, 0x5a_7aa0_0000L, 0x5a_7aa4_5678L),
        PAGE(3, 3, 0x5a_7abc_d000L, 0x5a_7abc_d678L);

        private final int level;
        private final int type;
        private final long base;
        private final long address;

        Kind(int level, int type, long base, long address) {
            this.level = level;
            this.type = type;
            this.base = base;
            this.address = address;
        }

        FaultStatus fault(FaultStatus first, FaultStatus second, FaultStatus third) {
            return level == 1 ? first : level == 2 ? second : third;
        }

        FaultStatus permission() {
            return fault(FaultStatus.PERMISSION_1, FaultStatus.PERMISSION_2, FaultStatus.PERMISSION_3);
        }
    }

    /** Maps VA by a descriptor with these bits, below tables with those. */
    private void map(Kind kind, long bits, long firstTable, long secondTable) {
        long last = kind.base | kind.type | bits;
        write(FIRST + 8, kind.level == 1 ? last : SECOND | TABLE | firstTable);
        write(SECOND + 8 * 0x11a, kind.level == 2 ? last : THIRD | TABLE | secondTable);
        write(THIRD + 8 * 0x45, last);
    }

    private void map(Kind kind, long bits) {
        map(kind, bits, 0, 0);
    }

    private static long bit(int set, int which, int at) {
        return (long) (set >>> which & 1) << at;
    }

    /** AP[2:1]: privileged, then user; "rw", "r" or "". */
    private static final String[][] RIGHTS = {{"rw", ""}, {"rw", "rw"}, {"r", ""}, {"r", "r"}};

    /** By what APTable[1:0] of a table leaves of AP[2:1]: no user, no writes (B3.7.3). */
    private static final int[][] LEFT = {{0, 1, 2, 3}, {0, 0, 2, 2}, {2, 3, 2, 3}, {2, 2, 2, 2}};

    @ParameterizedTest
    @EnumSource
    void everyPermissionIsAsTheManualsTablesSay(Kind kind) {
        int tables = kind.level - 1;
        int checked = 0;
        for (int set = 0; set < 1 << 7 + 4 * tables; set++) {
            int ap = set & 3;
            boolean xn = (set & 4) != 0;
            boolean pxn = (set & 8) != 0;
            boolean privileged = (set & 16) != 0;
            boolean flag = (set & 32) != 0;
            boolean notGlobal = (set & 64) != 0;
            long[] above = new long[2];
            for (int i = 0; i < tables; i++) {
                int table = set >>> 7 + 4 * i & 15;
                above[i] = (long) table << 59;
                ap = LEFT[table >>> 2][ap];
                xn |= (table & 2) != 0;
                pxn |= (table & 1) != 0;
            }
            map(
                    kind,
                    (long) (set & 3) << 6 | bit(set, 2, 54) | bit(set, 3, 53) | bit(set, 5, 10) | bit(set, 6, 11),
                    above[0],
                    above[1]);
            Translation translation = walker.walk(VA, privileged);
            String rights = RIGHTS[ap][privileged ? 0 : 1];
            for (Access access : Access.values()) {
                boolean allowed = switch (access) {
                    case READ -> rights.contains("r");
                    case WRITE -> rights.contains("w");
                    case EXECUTE -> rights.contains("r") && !xn && !(pxn && privileged);
                };
                FaultStatus expected = !flag
                        ? kind.fault(FaultStatus.ACCESS_FLAG_1, FaultStatus.ACCESS_FLAG_2, FaultStatus.ACCESS_FLAG_3)
                        : allowed ? null : kind.permission();
                assertEquals(expected, translation.faultOf(access), () -> kind + " " + access);
                checked++;
            }
            if (flag) {
                assertEquals(kind.address, translation.address());
                assertEquals(!notGlobal, translation.global());
            }
        }
        assertEquals(3 * 128 << 4 * tables, checked);
    }

    /** The contiguous hint, what is left to software, and what is left out do not count; nor do DACR and SCTLR.AFE. */
    @ParameterizedTest
    @EnumSource
    void bitsWithoutMeaningHaveNone(Kind kind) {
        long unused = 0x1ff0_ff00_0000_0000L & ~(3L << 53) | 1L << 5;
        system.set(Cp15.DACR, 0);
        system.set(Cp15.SCTLR, SCTLR_M | SCTLR_AFE);
        map(kind, AF | unused, 0x07ff_ff00_0000_0ffcL, 0x07ff_ff00_0000_0ffcL);
        Translation translation = walker.walk(VA, true);
        assertEquals(kind.address, translation.address());
        assertNull(translation.faultOf(Access.EXECUTE));
    }

    @Test
    void translationFaultsTellTheLevel() {
        assertEquals(FaultStatus.TRANSLATION_1, walker.walk(VA, true).fault());
        write(FIRST + 8, SECOND | TABLE);
        assertEquals(FaultStatus.TRANSLATION_2, walker.walk(VA, true).fault());
        write(SECOND + 8 * 0x11a, THIRD | TABLE);
        assertEquals(FaultStatus.TRANSLATION_3, walker.walk(VA, true).fault());
        write(THIRD + 8 * 0x45, 0x5abc_d000 | AF | 1);
        assertEquals(FaultStatus.TRANSLATION_3, walker.walk(VA, true).fault(), "no blocks at level 3");
        write(THIRD + 8 * 0x45, 0x5abc_d000 | AF | 2);
        assertEquals(FaultStatus.TRANSLATION_3, walker.walk(VA, true).fault());
        write(THIRD + 8 * 0x45, 0x5abc_d000 | AF | 3);
        assertNull(walker.walk(VA, true).fault());
    }

    @Test
    void tablesOutsideRamAreExternalAborts() {
        for (long nowhere :
                new long[] {NOT_RAM, RAM + SIZE, RAM - 0x1000, 0xffff_f000L, 1L << 32 | SECOND, 0xff_ffff_f000L}) {
            map(Kind.PAGE, AF);
            assertNull(walker.walk(VA, true).fault());
            write(SECOND + 8 * 0x11a, nowhere | TABLE);
            assertEquals(FaultStatus.EXTERNAL_ON_WALK_3, walker.walk(VA, true).fault());
            write(FIRST + 8, nowhere | TABLE);
            assertEquals(FaultStatus.EXTERNAL_ON_WALK_2, walker.walk(VA, true).fault());
            system.setLong(Cp15.TTBR0, nowhere);
            assertEquals(FaultStatus.EXTERNAL_ON_WALK_1, walker.walk(VA, true).fault());
            system.set(Cp15.TTBCR, TTBCR_EAE | 2);
            assertEquals(
                    FaultStatus.EXTERNAL_ON_WALK_2,
                    walker.walk(VA & 0x3fff_ffff, true).fault());
            turnOn();
        }
    }

    @Test
    void theLastTableOfRamIsRead() {
        int table = RAM + SIZE - 0x1000;
        write(FIRST + 8 * 3, table | TABLE);
        write(table + 8 * 511, table | TABLE);
        Translation translation = walker.walk(-1, true);
        assertEquals(FaultStatus.ACCESS_FLAG_3, translation.fault());
        write(table + 8 * 511, table | TABLE | AF);
        assertEquals(table + 0xfffL & 0xffff_ffffL, walker.walk(-1, true).address());
    }

    @Test
    void tableThatIsItsOwnNextTableTerminates() {
        for (int i = 0; i < 512; i++) {
            write(SECOND + 8 * i, SECOND | TABLE | AF);
        }
        system.setLong(Cp15.TTBR0, SECOND);
        for (int va = 0; va >>> 20 < 4095; va += 0x000f_f123) {
            assertEquals(SECOND | va & 0xfff, walker.walk(va, true).address());
        }
    }

    @Test
    void randomTablesEndInATranslationOrAFault() {
        Random random = new Random(1);
        for (int at = RAM; at < RAM + SIZE; at += 8) {
            // Mostly tables and blocks in RAM
            long descriptor = random.nextLong() & ~(random.nextInt(4) == 0 ? 0 : 0xff_fff0_0000L | 2);
            write(at, descriptor | (random.nextInt(4) == 0 ? 0 : RAM | 1));
        }
        for (int i = 0; i < 100_000; i++) {
            system.set(Cp15.TTBCR, random.nextInt() | TTBCR_EAE);
            system.setLong(Cp15.TTBR0, RAM + random.nextInt(SIZE));
            system.setLong(Cp15.TTBR1, random.nextLong());
            Translation translation = walker.walk(random.nextInt(), random.nextBoolean());
            assertEquals(0, translation.address() >>> 40);
            assertNotNull(translation.fault() == null ? translation : translation.fault());
        }
    }

    /** T0SZ, T1SZ, an address, and whose table translates it at which index of which level; 2 is nobody's. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 00000000, 0, 1, 0",
        "0, 0, ffffffff, 0, 1, 3",
        "1, 0, 7fffffff, 0, 1, 1",
        "1, 0, 80000000, 1, 1, 2",
        "2, 0, 3fffffff, 0, 2, 1ff",
        "2, 0, 40000000, 1, 1, 1",
        "7, 0, 01ffffff, 0, 2, f",
        "7, 0, 02000000, 1, 1, 0",
        "0, 1, 7fffffff, 0, 1, 1",
        "0, 1, 80000000, 1, 1, 0",
        "0, 1, ffffffff, 1, 1, 1",
        "0, 2, bfffffff, 0, 1, 2",
        "0, 2, c0200000, 1, 2, 1",
        "0, 7, fdffffff, 0, 1, 3",
        "0, 7, fe000000, 1, 2, 0",
        "0, 7, ffffffff, 1, 2, f",
        "1, 1, 7fffffff, 0, 1, 1",
        "1, 1, 80000000, 1, 1, 0",
        "2, 2, 3fffffff, 0, 2, 1ff",
        "2, 2, 40000000, 2, 0, 0",
        "2, 2, bfffffff, 2, 0, 0",
        "2, 2, c0000000, 1, 2, 0",
        "7, 3, e0000000, 1, 2, 0",
        "7, 3, dfffffff, 2, 0, 0",
        "7, 3, 02000000, 2, 0, 0"
    })
    void ttbcrSplitsTheAddressSpace(int t0sz, int t1sz, String address, int table, int level, String index) {
        int va = Integer.parseUnsignedInt(address, 16);
        int sizes = TTBCR_EAE | t0sz | t1sz << 16;
        system.set(Cp15.TTBCR, sizes);
        // Bits below the table's size do not count.
        system.setLong(Cp15.TTBR0, FIRST | 1);
        system.setLong(Cp15.TTBR1, UPPER | 7);
        if (table == 2) {
            assertEquals(FaultStatus.TRANSLATION_1, walker.walk(va, true).fault());
            return;
        }
        long offset = va & (1L << (level == 1 ? 30 : 21)) - 1;
        write((table == 0 ? FIRST : UPPER) + 8 * Integer.parseInt(index, 16), 0x12_4000_0000L | AF | 1);
        assertEquals(0x12_4000_0000L | offset, walker.walk(va, true).address());
        system.set(Cp15.TTBCR, sizes | (table == 0 ? TTBCR_EPD0 : TTBCR_EPD1));
        assertEquals(FaultStatus.TRANSLATION_1, walker.walk(va, true).fault(), "walks of that table are off");
        system.set(Cp15.TTBCR, sizes | (table == 0 ? TTBCR_EPD1 : TTBCR_EPD0) | TTBCR_A1);
        assertEquals(0x12_4000_0000L | offset, walker.walk(va, true).address());
    }

    @Test
    void bigEndianTables() {
        map(Kind.PAGE, AF);
        for (int at : new int[] {FIRST + 8, SECOND + 8 * 0x11a, THIRD + 8 * 0x45}) {
            write(at, Long.reverseBytes(memory.read64(at)));
        }
        system.set(Cp15.SCTLR, SCTLR_M | SCTLR_EE);
        assertEquals(Kind.PAGE.address, walker.walk(VA, true).address());
    }

    /** PAR: ATTR by AttrIndx from MAIR0 and MAIR1, the address, LPAE, NS, SH (B4.1.112). */
    @ParameterizedTest
    @EnumSource
    void parHasTheAddressAndTheAttributes(Kind kind) {
        system.set(Cp15.PRRR, 0x4433_2211);
        system.set(Cp15.NMRR, 0xff77_6655);
        int[] attributes = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0xff};
        for (int index = 0; index < 8; index++) {
            map(kind, AF | index << 2 | 3 << 8);
            long expected = (long) attributes[index] << 56 | kind.address & ~0xfffL | 0xb80;
            if (index != 3) { // Normal memory that is not cacheable is outer shareable
                assertEquals(expected, walker.tables().translated(walker.walk(VA, true)), "AttrIndx " + index);
            }
        }
    }

    @Test
    void faultsAreToldAsLongDescriptorsHaveThem() {
        TranslationTables tables = walker.tables();
        assertEquals(0x207, tables.prefetchFault(FaultStatus.TRANSLATION_3));
        assertEquals(0xa0e, tables.dataFault(FaultStatus.PERMISSION_2, 0, true));
        assertEquals(0x221, tables.dataFault(FaultStatus.ALIGNMENT, 0, false));
        assertEquals(0x222, tables.prefetchFault(FaultStatus.DEBUG_EVENT));
        assertEquals(0x801 | 0x9 << 1, tables.failed(FaultStatus.ACCESS_FLAG_1));
        assertEquals(0x801 | 0x15 << 1, tables.failed(FaultStatus.EXTERNAL_ON_WALK_1));
    }

    /** The ASID is that of TTBR0, or with A1 of TTBR1, and not that of CONTEXTIDR (B3.10.1). */
    @Test
    void theAsidIsInATtbr() {
        system.set(Cp15.CONTEXTIDR, 3);
        system.setLong(Cp15.TTBR0, 0xff11_ff00_0000_0000L | FIRST);
        system.setLong(Cp15.TTBR1, 0xff22_ff00_0000_0000L | UPPER);
        assertEquals(0x11, system.asid());
        system.set(Cp15.TTBCR, TTBCR_EAE | TTBCR_A1);
        assertEquals(0x22, system.asid());
        system.set(Cp15.TTBCR, TTBCR_A1);
        assertEquals(3, system.asid());
    }
}
