// std::filesystem on /tmp.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

namespace fs = std::filesystem;

int main()
{
	fs::path dir = fs::temp_directory_path() / "uk-filesystem";
	fs::remove_all(dir);
	std::cout << fs::create_directories(dir / "a" / "b" / "c") << fs::create_directory(dir / "a") << '\n';
	std::ofstream(dir / "a" / "one.txt") << "contents";
	fs::copy_file(dir / "a" / "one.txt", dir / "a" / "b" / "two.txt");
	fs::rename(dir / "a" / "b" / "two.txt", dir / "a" / "b" / "three.txt");
	fs::create_symlink("one.txt", dir / "a" / "link");
	fs::resize_file(dir / "a" / "one.txt", 4);
	std::vector<std::string> names;
	for (auto &e : fs::recursive_directory_iterator(dir))
		names.push_back(fs::relative(e.path(), dir).string() + (e.is_directory() ? "/" : e.is_symlink() ? "@" : ""));
	std::sort(names.begin(), names.end());
	for (auto &n : names)
		std::cout << n << '\n';
	std::cout << fs::file_size(dir / "a" / "one.txt") << ' ' << fs::read_symlink(dir / "a" / "link") << ' ' << fs::is_regular_file(dir / "a" / "link") << '\n';
	std::error_code ec;
	(void)fs::file_size(dir / "none", ec);
	std::cout << ec.message() << '\n';
	try {
		fs::create_directory(dir / "none" / "none");
	} catch (const fs::filesystem_error &e) {
		std::cout << e.code().message() << '\n';
	}
	fs::permissions(dir / "a" / "one.txt", fs::perms::owner_read);
	std::cout << std::oct << static_cast<int>(fs::status(dir / "a" / "one.txt").permissions()) << std::dec << '\n';
	auto written = fs::last_write_time(dir / "a" / "one.txt");
	std::cout << (written <= fs::file_time_type::clock::now()) << '\n';
	fs::current_path(dir);
	std::cout << (fs::current_path() == fs::canonical(dir)) << fs::exists("a/b/three.txt") << '\n';
	std::cout << (fs::space("/tmp").capacity > 0) << '\n';
	fs::current_path("/");
	std::cout << fs::remove_all(dir) << ' ' << fs::exists(dir) << '\n';
	return 0;
}
