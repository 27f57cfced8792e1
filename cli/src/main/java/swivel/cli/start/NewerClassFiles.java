package swivel.cli.start;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Brings old class files in the jars of a directory into the format of Java 8: the same code, with stack maps. No AOT
 * cache takes classes in the format of Java 5, as picocli's are, and to load them from their jar takes 0.1 s of each
 * start (docs/decisions.md).
 */
final class NewerClassFiles {
    private NewerClassFiles() {}

    static void replace(Path directory) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path jar : jars) {
                Path made = Path.of(jar + ".newer");
                boolean changed = copy(jar, made);
                if (changed) {
                    Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
                } else {
                    Files.delete(made);
                }
            }
        }
    }

    /** Copies a jar; returns whether it had old classes. */
    private static boolean copy(Path from, Path to) throws IOException {
        boolean changed = false;
        try (JarFile jar = new JarFile(from.toFile());
                ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(to)))) {
            ClassFile format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(
                            ClassHierarchyResolver.ofResourceParsing(name -> open(jar, name))
                                    .orElse(ClassHierarchyResolver.defaultResolver())));
            for (JarEntry entry : Collections.list(jar.entries())) {
                byte[] content = jar.getInputStream(entry).readAllBytes();
                if (entry.getName().endsWith(".class")) {
                    ClassModel model = format.parse(content);
                    if (model.majorVersion() < ClassFile.JAVA_8_VERSION) {
                        content = newer(format, model);
                        changed = true;
                    }
                }
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(content);
                out.closeEntry();
            }
        }
        return changed;
    }

    private static InputStream open(JarFile jar, ClassDesc name) {
        String descriptor = name.descriptorString();
        try {
            JarEntry entry = jar.getJarEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] newer(ClassFile format, ClassModel old) {
        return format.build(old.thisClass().asSymbol(), builder -> {
            old.forEach(element -> {
                if (element instanceof MethodModel method) {
                    builder.transformMethod(method, MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
                } else if (!(element instanceof ClassFileVersion)) {
                    builder.with(element);
                }
            });
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
        });
    }
}
