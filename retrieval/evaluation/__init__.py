"""Measuring on question sets: is the right article found, the right sentence quoted, and silence kept where due?"""
