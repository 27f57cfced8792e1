package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.linux.Kallsyms;

/** Kernels without ELF symbols: their own tables in every layout, and what is rewritten by them. */
class KallsymsTest {

    @ParameterizedTest
    @EnumSource(TestImages.Layout.class)
    void symbolsAndLinkAddressAreRecovered(TestImages.Layout layout) throws ImageException {
        GuestImage image = GuestImage.read(TestImages.linux(layout), "kernel");
        assertEquals(GuestImage.Kind.IMAGE, image.kind());
        assertEquals(TestImages.FUNCTIONS, image.symbols().size());
        assertEquals(OptionalInt.of(TestImages.BASE), image.linkAddress());
        int third = TestImages.BASE + TestImages.SIZE + 3 * TestImages.SIZE;
        assertEquals(TestImages.name(3), image.symbols().nameAt(third + 8));
        assertEquals(OptionalInt.of(third), image.symbols().address(TestImages.name(3)));
        assertEquals(OptionalInt.empty(), image.symbols().address("function_"));
        if (layout == TestImages.Layout.V6_4) {
            assertEquals(TestImages.name(7), image.symbols().nameAt(third + 4 * TestImages.SIZE));
        }
    }

    @ParameterizedTest
    @EnumSource(TestImages.Layout.class)
    void instructionsAreRewrittenAndLiteralsAreNot(TestImages.Layout layout) throws ImageException {
        GuestImage image = GuestImage.read(TestImages.linux(layout), "kernel");
        RewriteReport report = image.rewrite();
        assertEquals(TestImages.FUNCTIONS, report.encoded(), report.text());
        assertEquals(List.of(), report.doubtful());
        for (int i = 1; i <= TestImages.FUNCTIONS; i++) {
            assertEquals(0xeff20000, Bytes.word(image.bytes(), i * TestImages.SIZE));
            assertEquals(0xe10f0000, Bytes.word(image.bytes(), i * TestImages.SIZE + 20));
        }
        assertEquals(List.of(), image.scan());
        RewriteReport again = GuestImage.read(image.bytes(), "kernel").rewrite();
        assertEquals(0, again.encoded());
        assertEquals(TestImages.FUNCTIONS, again.alreadyEncoded());
    }

    @Test
    void imageWithoutTablesHasNoSymbols() {
        assertNull(Kallsyms.find(new byte[100_000]));
    }
}
