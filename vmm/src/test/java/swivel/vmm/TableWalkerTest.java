package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static swivel.arm.Cp15Fields.SCTLR_AFE;
import static swivel.arm.Cp15Fields.SCTLR_EE;
import static swivel.arm.Cp15Fields.SCTLR_M;
import static swivel.arm.Cp15Fields.TTBCR_PD0;
import static swivel.arm.Cp15Fields.TTBCR_PD1;

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

/** The guest's tables against the manual's, written down here a second time (ARM DDI 0406C, B3.5 to B3.7, B3.13). */
final class TableWalkerTest {
    private static final int RAM = 0x4000_0000;
    private static final int FIRST = RAM + 0x4000;
    private static final int FIRST_UPPER = RAM + 0x8000;
    private static final int SECOND = RAM + 0xc000;
    private static final int NOT_RAM = 0x1000_0000;
    private static final int VA = 0x0123_4567;

    private final GuestMemory memory = new GuestMemory(RAM, 1 << 20);
    private final SystemRegisters system = new SystemRegisters(CoreModel.CORTEX_A15.cp15(), new Registers());
    private final TableWalker walker = new TableWalker(system, memory);

    @BeforeEach
    void turnOn() {
        system.reset();
        system.set(Cp15.SCTLR, SCTLR_M);
        system.set(Cp15.TTBR0, FIRST | 0x4a);
        system.set(Cp15.TTBR1, FIRST_UPPER);
        system.set(Cp15.DACR, 1);
    }

    /** The four things that can map memory: where each has its attributes. */
    enum Kind {
        SECTION(2, 10, 15, 4, 17, 0x5ab0_0000, 0x5ab3_4567L, 1),
        SUPERSECTION(2 | 1 << 18, 10, 15, 4, 17, 0x5a00_0000, 0x5a23_4567L, 1),
        LARGE_PAGE(1, 4, 9, 15, 11, 0x5abc_0000, 0x5abc_4567L, 2),
        SMALL_PAGE(2, 4, 9, 0, 11, 0x5abc_d000, 0x5abc_d567L, 2);

        private final int type;
        private final int apAt;
        private final int apxAt;
        private final int xnAt;
        private final int ngAt;
        private final int base;
        private final long address;
        private final int level;

        Kind(int type, int apAt, int apxAt, int xnAt, int ngAt, int base, long address, int level) {
            this.type = type;
            this.apAt = apAt;
            this.apxAt = apxAt;
            this.xnAt = xnAt;
            this.ngAt = ngAt;
            this.base = base;
            this.address = address;
            this.level = level;
        }

        FaultStatus fault(FaultStatus first, FaultStatus second) {
            return level == 1 ? first : second;
        }
    }

    private void map(Kind kind, int ap, boolean xn, boolean pxn, boolean ng, int domain) {
        int descriptor = kind.base
                | kind.type
                | (ap & 3) << kind.apAt
                | ap >> 2 << kind.apxAt
                | (xn ? 1 : 0) << kind.xnAt
                | (ng ? 1 : 0) << kind.ngAt;
        int first;
        if (kind.level == 1) {
            // A supersection's domain bits are part of its address.
            first = descriptor | (pxn ? 1 : 0) | (kind == Kind.SUPERSECTION ? 0 : domain << 5);
        } else {
            first = SECOND | 1 | (pxn ? 1 << 2 : 0) | domain << 5;
            memory.write32(SECOND + (VA >>> 12 & 0xff) * 4, descriptor);
        }
        memory.write32(FIRST + (VA >>> 20) * 4, first);
    }

    /** AP[2:0]: privileged, then user; "rw", "r" or "". */
    private static final String[][] RIGHTS = {
        {"", ""}, {"rw", ""}, {"rw", "r"}, {"rw", "rw"}, {"", ""}, {"r", ""}, {"r", "r"}, {"r", "r"}
    };

    @ParameterizedTest
    @EnumSource
    void everyPermissionIsAsTheManualsTableSays(Kind kind) {
        int checked = 0;
        for (int bits = 0; bits < 1 << 8; bits++) {
            int ap = bits & 7;
            boolean xn = (bits & 8) != 0;
            boolean pxn = (bits & 16) != 0;
            boolean privileged = (bits & 32) != 0;
            boolean ng = (bits & 64) != 0;
            boolean afe = (bits & 128) != 0;
            map(kind, ap, xn, pxn, ng, 0);
            system.set(Cp15.SCTLR, SCTLR_M | (afe ? SCTLR_AFE : 0));
            for (int domainAccess = 0; domainAccess < 4; domainAccess++) {
                system.set(Cp15.DACR, domainAccess);
                Translation translation = walker.walk(VA, privileged);
                for (Access access : Access.values()) {
                    String rights = RIGHTS[afe ? ap | 1 : ap][privileged ? 0 : 1];
                    boolean allowed = switch (access) {
                        case READ -> rights.contains("r");
                        case WRITE -> rights.contains("w");
                        case EXECUTE -> rights.contains("r") && !xn && !(pxn && privileged);
                    };
                    FaultStatus expected;
                    if (afe && (ap & 1) == 0) {
                        expected = kind.fault(FaultStatus.ACCESS_FLAG_1, FaultStatus.ACCESS_FLAG_2);
                    } else if (domainAccess == 0 || domainAccess == 2) {
                        expected = kind.fault(FaultStatus.DOMAIN_1, FaultStatus.DOMAIN_2);
                    } else if (domainAccess == 3 || allowed) {
                        expected = null;
                    } else {
                        expected = kind.fault(FaultStatus.PERMISSION_1, FaultStatus.PERMISSION_2);
                    }
                    assertEquals(expected, translation.faultOf(access), kind + " " + bits + " " + access);
                    checked++;
                }
                if (translation.fault() == null) {
                    assertEquals(kind.address, translation.address());
                    assertEquals(!ng, translation.global());
                }
            }
        }
        assertEquals(3072, checked);
    }

    @ParameterizedTest
    @EnumSource(names = {"SECTION", "SMALL_PAGE", "LARGE_PAGE"})
    void everyDomainHasItsOwnAccess(Kind kind) {
        for (int domain = 0; domain < 16; domain++) {
            map(kind, 3, false, false, false, domain);
            system.set(Cp15.DACR, ~(3 << 2 * domain));
            Translation closed = walker.walk(VA, true);
            assertEquals(kind.fault(FaultStatus.DOMAIN_1, FaultStatus.DOMAIN_2), closed.fault());
            assertEquals(domain, closed.domain());
            system.set(Cp15.DACR, 1 << 2 * domain);
            assertEquals(kind.address, walker.walk(VA, true).address());
        }
    }

    @Test
    void supersectionIsInDomain0AndMayLieBeyond4GiB() {
        memory.write32(FIRST + (VA >>> 20) * 4, 0x5a00_0000 | 1 << 18 | 3 << 10 | 2 | 0x9 << 20 | 0x7 << 5);
        Translation translation = walker.walk(VA, true);
        assertEquals(0x79_5a23_4567L, translation.address());
        assertEquals(0x5a79_0202L, walker.tables().translated(translation), "PAR: PA[31:24], PA[39:32], NS, SS");
        system.set(Cp15.DACR, ~3);
        assertEquals(FaultStatus.DOMAIN_1, walker.walk(VA, true).fault());
    }

    @Test
    void translationFaultsTellTheLevelAndAtTheSecondTheDomain() {
        assertEquals(FaultStatus.TRANSLATION_1, walker.walk(VA, true).fault());
        memory.write32(FIRST + (VA >>> 20) * 4, SECOND | 1 | 5 << 5);
        Translation second = walker.walk(VA, true);
        assertEquals(FaultStatus.TRANSLATION_2, second.fault());
        assertEquals(5, second.domain());
    }

    @Test
    void translationFaultComesBeforeDomainFault() {
        system.set(Cp15.DACR, 0);
        memory.write32(FIRST + (VA >>> 20) * 4, SECOND | 1);
        assertEquals(FaultStatus.TRANSLATION_2, walker.walk(VA, true).fault());
    }

    @Test
    void tablesOutsideRamAreExternalAborts() {
        memory.write32(FIRST + (VA >>> 20) * 4, NOT_RAM | 1 | 6 << 5);
        assertEquals(FaultStatus.EXTERNAL_ON_WALK_2, walker.walk(VA, true).fault());
        system.set(Cp15.TTBR0, NOT_RAM);
        assertEquals(FaultStatus.EXTERNAL_ON_WALK_1, walker.walk(VA, true).fault());
        system.set(Cp15.TTBR0, 0xffff_c000);
        assertEquals(FaultStatus.EXTERNAL_ON_WALK_1, walker.walk(-1, true).fault());
    }

    @Test
    void tableThatIsItsOwnPageTableTerminates() {
        for (int i = 0; i < 4096; i++) {
            memory.write32(FIRST + 4 * i, FIRST | 1);
        }
        for (int va = 0; va >>> 20 < 4095; va += 0x000f_f123) {
            assertNotNull(walker.walk(va, false));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, ffffffff, 0",
        "1, 7fffffff, 0",
        "1, 80000000, 1",
        "2, 3fffffff, 0",
        "2, 40000000, 1",
        "7, 01ffffff, 0",
        "7, 02000000, 1",
        "3, ffffffff, 1"
    })
    void ttbcrSplitsTheAddressSpace(int n, String address, int table) {
        int va = Integer.parseUnsignedInt(address, 16);
        system.set(Cp15.TTBCR, n);
        int base = table == 0 ? FIRST : FIRST_UPPER;
        int index = table == 0 ? va << n >>> n >>> 20 : va >>> 20;
        memory.write32(base + 4 * index, 0x7770_0000 | 3 << 10 | 2);
        assertEquals(0x7770_0000L | va & 0xfffff, walker.walk(va, true).address());
        system.set(Cp15.TTBCR, n | (table == 0 ? TTBCR_PD0 : TTBCR_PD1));
        assertEquals(FaultStatus.TRANSLATION_1, walker.walk(va, true).fault(), "walks of that table are off");
        system.set(Cp15.TTBCR, n | (table == 0 ? TTBCR_PD1 : TTBCR_PD0));
        assertEquals(0x7770_0000L | va & 0xfffff, walker.walk(va, true).address());
    }

    @Test
    void smallTableOfTtbr0NeedsNo16KiBAlignment() {
        system.set(Cp15.TTBCR, 7);
        system.set(Cp15.TTBR0, SECOND + 0x80);
        memory.write32(SECOND + 0x80 + (VA >>> 20) * 4, 0x7770_0000 | 3 << 10 | 2);
        assertEquals(0x7773_4567L, walker.walk(VA, true).address());
    }

    @Test
    void bigEndianTables() {
        map(Kind.SMALL_PAGE, 3, false, false, false, 0);
        for (int at : new int[] {FIRST + (VA >>> 20) * 4, SECOND + (VA >>> 12 & 0xff) * 4}) {
            memory.write32(at, Integer.reverseBytes(memory.read32(at)));
        }
        system.set(Cp15.SCTLR, SCTLR_M | SCTLR_EE);
        assertEquals(Kind.SMALL_PAGE.address, walker.walk(VA, true).address());
    }

    @Test
    void withTheMmuOffAddressesArePhysical() {
        system.set(Cp15.SCTLR, 0);
        system.set(Cp15.DACR, 0);
        Translation translation = walker.walk(0xfedc_ba98, false);
        assertEquals(0xfedc_ba98L, translation.address());
        for (Access access : Access.values()) {
            assertEquals(null, translation.faultOf(access));
        }
    }
}
