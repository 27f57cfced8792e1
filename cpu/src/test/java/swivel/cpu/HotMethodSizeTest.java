package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import swivel.cpu.interp.Interpreter;

/** HotSpot never compiles a method of more than 8000 bytes of bytecode; none of this module comes near. */
class HotMethodSizeTest {
    private static final int LIMIT = 7000;

    @Test
    void everyMethodCanBeCompiled() throws IOException, URISyntaxException {
        Path classes = Path.of(Interpreter.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (var files = Files.walk(classes)) {
            List<Path> found =
                    files.filter(f -> f.toString().endsWith(".class")).toList();
            assertTrue(found.size() > 10, () -> "only " + found + " in " + classes);
            for (Path file : found) {
                for (MethodModel method : ClassFile.of().parse(file).methods()) {
                    int size = method.code()
                            .map(code -> ((CodeAttribute) code).codeLength())
                            .orElse(0);
                    assertTrue(
                            size < LIMIT,
                            () -> file.getFileName() + " " + method.methodName() + ": " + size + " bytes");
                }
            }
        }
    }
}
