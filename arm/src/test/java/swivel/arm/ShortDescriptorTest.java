package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static swivel.arm.ShortDescriptor.*;

import org.junit.jupiter.api.Test;

class ShortDescriptorTest {
    @Test
    void kindsAreToldByTheLowBits() {
        assertSame(First.FAULT, first(0xffff_fffc));
        assertSame(First.PAGE_TABLE, first(1));
        assertSame(First.SECTION, first(2));
        assertSame(First.SECTION, first(3));
        assertSame(First.SUPERSECTION, first(0x4_0002));
        assertSame(Second.FAULT, second(0xffff_fffc));
        assertSame(Second.LARGE_PAGE, second(1));
        assertSame(Second.SMALL_PAGE, second(2));
        assertSame(Second.SMALL_PAGE, second(3));
    }

    @Test
    void theWalkIndexesTheTables() {
        assertEquals(0x4000_4000 + 4 * 0xc01, firstAddress(0x4000_4000, 0xc012_3456, 0));
        assertEquals(0x4000_4000 + 4 * 0x401, firstAddress(0x4000_406a, 0x4012_3456, 1));
        assertEquals(0x4000_0080 + 4 * 0x1f, firstAddress(0x4000_00ff, 0x01f2_3456, 7));
        assertEquals(0x8000_0400 + 4 * 0x23, secondAddress(0x8000_0401 | 0x1e0, 0xc012_3456));
    }

    @Test
    void addressesAreBaseAndOffset() {
        assertEquals(0x8012_3456, sectionAddress(0x8010_0c0e, 0xc232_3456));
        assertEquals(0x56_3499_8877L, supersectionAddress(0x3460_0000 | 0x4_00a2, 0x1299_8877));
        assertEquals(0x8765_9abc, pageAddress(0x8765_0001, 0x1234_9abc));
        assertEquals(0x8765_4abc, pageAddress(0x8765_4002, 0x1234_9abc));
    }

    @Test
    void domainsAreOfTheFirstLevelAndSupersectionsAreInDomainZero() {
        assertEquals(15, domain(0x1e1));
        assertEquals(5, domain(0x0a2));
        assertEquals(0, domain(0x4_01e2));
        assertSame(DomainAccess.MANAGER, domainAccess(0xc000_0000, 15));
        assertSame(DomainAccess.CLIENT, domainAccess(0x0000_0051, 0));
        assertSame(DomainAccess.NONE, domainAccess(0x0000_0051, 1));
    }

    @Test
    void attributesOfAllKindsComeToOneForm() {
        // all attributes of a section, each alone, and where a page has it
        int[][] section = {
            {1 << 17, 1 << 11},
            {1 << 16, 1 << 10},
            {1 << 15, 1 << 9},
            {7 << 12, 7 << 6},
            {3 << 10, 3 << 4},
            {1 << 3, 1 << 3},
            {1 << 2, 1 << 2},
            {1 << 4, 1},
            {1, 2}
        };
        for (int[] pair : section) {
            assertEquals(pair[1], sectionAttributes(pair[0] | 2));
        }
        int[][] large = {
            {1 << 11, 1 << 11},
            {1 << 10, 1 << 10},
            {1 << 9, 1 << 9},
            {7 << 12, 7 << 6},
            {3 << 4, 3 << 4},
            {1 << 3, 1 << 3},
            {1 << 2, 1 << 2},
            {1 << 15, 1}
        };
        for (int[] pair : large) {
            assertEquals(pair[1], pageAttributes(1, pair[0] | 1));
        }
        assertEquals(0xffd, pageAttributes(1, 0xfff));
        assertEquals(2, pageAttributes(1 | 1 << 2, 2));
        assertTrue(executeNever(pageAttributes(1, 3)));
        assertTrue(privilegedExecuteNever(sectionAttributes(3)));
        assertTrue(notGlobal(sectionAttributes(1 << 17 | 2)));
        assertEquals(1 << 10, sectionAttributes(1 << 16 | 2) & 1 << 10, "S");
        assertEquals(5 << 6 | 1 << 3, sectionAttributes(5 << 12 | 1 << 3 | 2) & 0x1cc, "TEX, C and B");
    }

    /** B3.7.1, table B3-8: privileged and user rights by AP[2:0]. */
    @Test
    void permissionsAreThoseOfTheTable() {
        String[] rights = {"-- --", "rw --", "rw r-", "rw rw", "-- --", "r- --", "r- r-", "r- r-"};
        for (int ap = 0; ap < 8; ap++) {
            int attributes = (ap & 4) << 7 | (ap & 3) << 4;
            assertEquals(rights[ap], rights(attributes, false), "AP " + ap);
        }
    }

    @Test
    void withTheAccessFlagTheRightsAreThoseOfTwoBits() {
        String[] rights = {"rw --", "rw rw", "r- --", "r- r-"};
        for (int ap = 0; ap < 4; ap++) {
            int attributes = (ap & 2) << 8 | (ap & 1) << 5;
            assertTrue(accessFlagClear(attributes));
            assertEquals(rights[ap], rights(attributes, true));
            assertFalse(accessFlagClear(attributes | 1 << 4));
            assertEquals(rights[ap], rights(attributes | 1 << 4, true));
        }
    }

    private static String rights(int attributes, boolean simplified) {
        StringBuilder rights = new StringBuilder();
        for (boolean privileged : new boolean[] {true, false}) {
            rights.append(permits(attributes, simplified, privileged, false) ? 'r' : '-');
            rights.append(permits(attributes, simplified, privileged, true) ? 'w' : '-');
            rights.append(privileged ? " " : "");
        }
        return rights.toString();
    }

    @Test
    void faultStatusGoesToItsPlacesInTheRegisters() {
        assertEquals(0x5, FaultStatus.TRANSLATION_1.ifsr());
        assertEquals(0x7, FaultStatus.TRANSLATION_2.ifsr());
        assertEquals(0x400, FaultStatus.TLB_CONFLICT.ifsr());
        assertEquals(0x8bf, FaultStatus.PERMISSION_2.dfsr(11, true));
        assertEquals(0x001, FaultStatus.ALIGNMENT.dfsr(0, false));
    }
}
